"""What leaves the account: alerts to people, and the Monday mail."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct


class Alerts(Construct):
    """The topic that managers, on-call and customer success subscribe to; the account's alarms go there too."""

    def __init__(self, scope: Construct, id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Alarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )


class Sender(Construct):
    """The address of the Monday report. SES asks it to be confirmed by mail, once."""

    def __init__(self, scope: Construct, id: str, *, address: str) -> None:
        super().__init__(scope, id)
        identity = ses.EmailIdentity(self, "Identity", identity=ses.Identity.email(address))
        self.identity_arn = identity.email_identity_arn
