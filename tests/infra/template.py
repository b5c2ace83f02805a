"""Reading a synthesised template the way its readers think: by function name, with references as words."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

STACK = "Firstline"


class Template:
    """A stack's template and the files that go with it."""

    def __init__(self, assembly: Path) -> None:
        self.assembly = assembly
        self.document = json.loads((assembly / f"{STACK}.template.json").read_text(encoding="utf-8"))

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties by logical id, of every resource of a type such as `AWS::SQS::Queue`."""
        found = self.document["Resources"].items()
        return {id: resource.get("Properties", {}) for id, resource in found if resource["Type"] == kind}

    def only(self, kind: str) -> dict[str, Any]:
        """The properties of the one resource of a type."""
        (properties,) = self.resources(kind).values()
        return properties

    @cached_property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Properties by the function's own name."""
        found = self.resources("AWS::Lambda::Function").values()
        return {properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: properties for properties in found}

    def function_ids(self) -> dict[str, str]:
        """Function names by logical id."""
        found = self.resources("AWS::Lambda::Function").items()
        return {id: properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for id, properties in found}

    def environment(self, function: str) -> dict[str, Any]:
        """What a function is told."""
        return dict(self.functions[function]["Environment"]["Variables"])

    def statements(self, function: str) -> list[dict[str, Any]]:
        """Every statement of a function's role, wherever it is written."""
        role_id = self.functions[function]["Role"]["Fn::GetAtt"][0]
        role = self.resources("AWS::IAM::Role")[role_id]
        documents = [policy["PolicyDocument"] for policy in role.get("Policies", [])]
        policies = self.resources("AWS::IAM::Policy").values()
        documents += [policy["PolicyDocument"] for policy in policies if {"Ref": role_id} in policy["Roles"]]
        assert "ManagedPolicyArns" not in role, "a managed policy names no resources"
        return [statement for document in documents for statement in document["Statement"]]

    def all_statements(self) -> list[dict[str, Any]]:
        """The statements of every role and policy in the stack."""
        documents = [policy["PolicyDocument"] for policy in self.resources("AWS::IAM::Policy").values()]
        for role in self.resources("AWS::IAM::Role").values():
            documents += [policy["PolicyDocument"] for policy in role.get("Policies", [])]
        return [statement for document in documents for statement in document["Statement"]]

    def definition(self) -> dict[str, Any]:
        """The state machine."""
        return dict(json.loads(self.only("AWS::StepFunctions::StateMachine")["DefinitionString"]))

    def asset(self, properties: dict[str, Any], field: str) -> Path:
        """The file or folder in the assembly that a function's `Code` or a layer's `Content` points at."""
        key = properties[field]["S3Key"]
        manifest = json.loads((self.assembly / f"{STACK}.assets.json").read_text(encoding="utf-8"))
        for asset in manifest["files"].values():
            if any(place["objectKey"] == key for place in asset["destinations"].values()):
                return self.assembly / asset["source"]["path"]
        raise AssertionError(f"no asset is stored as {key}")

    def layer_of(self, function: str) -> Path:
        """The zip of a function's one layer."""
        (layer,) = self.functions[function]["Layers"]
        return self.asset(self.resources("AWS::Lambda::LayerVersion")[layer["Ref"]], "Content")


def as_list(value: Any) -> list[Any]:
    """CloudFormation writes a list of one as the one."""
    return value if isinstance(value, list) else [value]


def words(value: Any) -> str:
    """A value with its references spelled out: `<Table710B521B.Arn>/index/due`."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    if function == "Ref":
        return f"<{argument}>"
    if function == "Fn::GetAtt":
        return f"<{'.'.join(argument)}>"
    if function == "Fn::Join":
        return str(argument[0]).join(words(part) for part in argument[1])
    raise AssertionError(f"{function} is not read yet")
