"""Where the infrastructure and the code have to say the same: handlers, settings, keys, assets."""

from __future__ import annotations

import importlib
import zipfile
from pathlib import Path

import pytest

from cli.stack.tools import ROOT
from infra.options import LLM_SECRET
from shared.adapters.dynamodb import keys
from shared.adapters.openai_chat.asking import IN_A_FUNCTION
from shared.runtime.settings import SETTINGS
from tests.infra.template import Template

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("infra")]

LIMIT = 250 * 2**20
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_folder_of_functions_is_deployed(aws: Template) -> None:
    assert sorted(aws.functions) == FUNCTIONS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_is_where_lambda_looks_for_it(aws: Template, function: str) -> None:
    module, _, name = aws.functions[function]["Handler"].rpartition(".")
    assert module == f"functions.{function}.handler"
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_told_exactly_what_its_settings_ask_for(aws: Template, function: str) -> None:
    asked = {field.alias for field in SETTINGS[function].model_fields.values()}
    assert set(aws.environment(function)) == asked


@pytest.mark.parametrize("function", ["classify", "draft"])
def test_who_asks_the_language_model_outlives_the_slowest_answer(aws: Template, function: str) -> None:
    everything_else = 5.0  # imports of a cold start, the embedded engine or the index, the table
    assert IN_A_FUNCTION.in_all + IN_A_FUNCTION.one_try + everything_else <= aws.functions[function]["Timeout"]


def test_the_second_readers_secret_is_there_empty_and_classify_knows_its_name(aws: Template) -> None:
    secrets = aws.resources("AWS::SecretsManager::Secret").values()
    (secret,) = [one for one in secrets if one["Name"] == LLM_SECRET]
    assert secret["SecretString"] == "{}"
    assert aws.environment("classify")["LLM_SECRET"] == LLM_SECRET


def test_the_table_is_keyed_and_indexed_as_the_key_module_spells_it(aws: Template) -> None:
    table = aws.only("AWS::DynamoDB::Table")
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    schema = {name: [key["AttributeName"] for key in index["KeySchema"]] for name, index in indexes.items()}
    assert [key["AttributeName"] for key in table["KeySchema"]] == [keys.PK, keys.SK]
    assert schema == {
        keys.QUEUE_INDEX: [keys.QUEUE_PK, keys.QUEUE_SK],
        keys.DUE_INDEX: [keys.DUE_PK, keys.DUE_SK],
    }
    assert table["TimeToLiveSpecification"] == {"AttributeName": keys.EXPIRES_AT, "Enabled": True}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_asset_holds_the_functions_own_folder_and_shared_and_nothing_else(aws: Template, function: str) -> None:
    files = files_of(aws.asset(aws.functions[function], "Code"))
    own = {"functions/__init__.py", f"functions/{function}/handler.py", "shared/__init__.py"}
    assert own <= files
    assert not [
        name for name in files if not name.startswith((f"functions/{function}/", "shared/")) and name not in own
    ]
    assert not [name for name in files if "__pycache__" in name]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_module_in_an_asset_comes_along(aws: Template, function: str) -> None:
    asset = aws.asset(aws.functions[function], "Code")
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "shared").rglob("*.py")}
    there |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "functions" / function).rglob("*.py")}
    assert there <= files_of(asset)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_with_its_layer_fits_into_lambda(aws: Template, function: str) -> None:
    code = sum(path.stat().st_size for path in aws.asset(aws.functions[function], "Code").rglob("*") if path.is_file())
    with zipfile.ZipFile(aws.layer_of(function)) as layer:
        dependencies = sum(entry.file_size for entry in layer.infolist())
    assert code + dependencies < LIMIT


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_layer_for_aws_holds_libraries_for_arm64_only_and_no_boto3(aws: Template, function: str) -> None:
    with zipfile.ZipFile(aws.layer_of(function)) as layer:
        names = layer.namelist()
    libraries = [name for name in names if name.endswith(".so") and "cpython-" in name]
    assert libraries
    assert not [name for name in libraries if "cpython-313-aarch64-linux-gnu" not in name]
    assert not [name for name in names if name.startswith(("python/boto3/", "python/botocore/"))]


def test_only_who_reads_tickets_with_the_engine_carries_its_model(aws: Template) -> None:
    carriers = {
        function
        for function, properties in aws.functions.items()
        if any(
            name.startswith("shared/adapters/embedded/artifact/") for name in files_of(aws.asset(properties, "Code"))
        )
    }
    assert "classify" in carriers
    assert not carriers & {"receive", "ingest", "route", "brief", "write_back", "sla_scan", "reconcile", "report"}


def test_only_who_searches_articles_carries_the_search_encoder(aws: Template) -> None:
    carriers = {
        function
        for function, properties in aws.functions.items()
        if any(name.startswith("shared/adapters/search/artifact/") for name in files_of(aws.asset(properties, "Code")))
    }
    assert carriers == {"draft", "brief", "sync_knowledge"}
