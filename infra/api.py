"""The front door: one route for every desk's webhooks, and one for what the company knows of its customers."""

from __future__ import annotations

import json
from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.nag import acknowledge

# Zendesk sends at most some hundred events a second; more than this is not a desk.
RATE = 200
BURST = 400

# No header, no query, no body: a path names the desk and nothing of a customer.
_ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "length": "$context.responseLength",
    "integration_error": "$context.integrationErrorMessage",
}


class WebhookApi(Construct):
    """`POST /webhooks/{desk}` to receive, and HEAD, by which some desks ask first; `POST /customers`; else a 404."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        receive: lambda_.IFunction,
        import_customers: lambda_.IFunction,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, id)
        self.api = apigateway.HttpApi(
            self, "Api", create_default_stage=False, description="Webhooks of the support desks"
        )
        log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=RATE, burst_limit=BURST),
        )
        stage = cast(apigateway.CfnStage, self.stage.node.default_child)
        stage.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log_group.log_group_arn, format=json.dumps(_ACCESS_LOG)
        )
        routes = self.api.add_routes(
            path="/webhooks/{desk}",
            methods=[apigateway.HttpMethod.POST, apigateway.HttpMethod.HEAD],
            integration=HttpLambdaIntegration("Receive", receive),
        )
        routes += self.api.add_routes(
            path="/customers",
            methods=[apigateway.HttpMethod.POST],
            integration=HttpLambdaIntegration("ImportCustomers", import_customers),
        )
        for route in routes:
            acknowledge(
                route,
                "AwsSolutions-APIG4",
                "Neither a desk nor a sender of customers can sign in; the function verifies the signature over the "
                "raw body before anything else.",
            )
