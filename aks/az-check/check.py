"""Has the Azure CLI's own code parse every az call of the scripts, up to the first request that it would send.

The calls are those of dry runs with many settings, and those of the tests' recorded runs. A call that the CLI refuses, an
abbreviated option and a query that does not compile are deviations, with which the exit code is 1. Deprecated commands and
options, and those in preview, are listed.
"""

import contextlib
import io
import itertools
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

AKS = Path(__file__).resolve().parent.parent
GUID = "00000000-1111-2222-3333-444444444444"
OF_THE_TESTS = "01234567-89ab-cdef-0123-456789abcdef"
RESOURCE = f"/subscriptions/{GUID}/resourceGroups/lynxeye/providers/Microsoft.Monitor/accounts/name"

# Options that only an extension has. Extensions are not in Python's package index, so these are not checked here.
OF_EXTENSIONS = {"--enable-managed-gpu": "aks-preview"}

SETTINGS = [
    *({"hardware": file.stem.removeprefix("values-")} for file in sorted(AKS.glob("chart/values-*.yaml"))),
    *({"gpu_driver": driver} for driver in ("plugin", "managed")),
    {"gateway": "https", "hostname": "lynx.example.org", "tls_secret_name": "lynx-tls"},
    {"key_vault": "vault1", "token_auth_enabled": "true", "token_issuer": "https://issuer", "token_audience": "lynx"},
    {"monitoring": "true", "autoscale_enabled": "true", "autoscale_max_replicas": "3"},
    {"monitoring": "true", "enable_app_insights": "true", "otlp_endpoint": "http://collector.monitoring:4318"},
    {"monitoring": "true", "enable_app_insights": "true", "action_group": RESOURCE},
    {"gateway": "https", "leaf_domain_label": "my-scores", "tls_issuer": "letsencrypt"},
    {"node_autoscale_enabled": "true", "node_min_count": "0", "node_max_count": "4"},
    {"gateway": "https", "canary_model_version": "2", "canary_traffic_percentile": "10", "num_replicas": "2"},
    {"model_source": "image", "auth_enabled": "false", "collect_model_data": "true"},
    {"cluster_tier": "premium", "upgrade_channel": "patch", "node_os_upgrade_channel": "SecurityPatch"},
    {"cluster_tier": "standard", "upgrade_channel": "rapid", "node_os_upgrade_channel": "Unmanaged"},
    {"upgrade_channel": "stable", "node_os_upgrade_channel": "None"},
    {"upgrade_channel": "node-image", "kubernetes_version": "1.33"},
    {"entra_admin_group": GUID, "authorized_ip_ranges": "20.1.2.0/24,20.1.3.4/32", "provisioner_id": GUID},
    {"subscription": GUID, "registry_name": "mine12345", "storage_account": "mine12345"},
    {"tags": '"project=lynxeye,owner=Jane Doe,link=https://x?a=b"'},
    {"tags": '""'},
]

# What else scripts do than what all.sh runs, each with some of the settings.
WAYS = [
    ["cleanup.sh", "--service", "--yes"],
    ["deploy.sh", "--rotate", "primary"],
    ["deploy.sh", "--rotate", "admin"],
    ["image.sh", "--force"],
    ["load-test.sh"],
    ["logs.sh"],
    ["models.sh", "delete", "resnet50"],
    ["models.sh", "list"],
    ["register-model.sh", "--force"],
    ["register-model.sh", "--version", "2"],
    ["state.sh"],
]
WAYS_WITH = [{}, {"subscription": GUID}, {"key_vault": "vault1"}]

# Stands in for az while the lines of a dry run are executed: records the words and answers what the next lines need.
PRELUDE = f"""
folder=$FOLDER subscription_id={GUID}
object_id() {{ cat >/dev/null; echo {GUID}; }}
az() {{
  printf '%s\\0' "$#" "$@" >>"$RECORD"
  case "$*" in
    "account show --query id"*) echo {GUID} ;;
    *"--query id -o tsv"*) echo {RESOURCE} ;;
    *user.type*) echo user ;;
    *[eE]ndpoint* | *issuerUrl*) echo https://example.org/ ;;
    *) echo {GUID} ;;
  esac
}}
"""


STATE = set()  # How far the CLI got with a call: parsed, sent.


class Sent(BaseException):
    """A call was parsed and validated, and would now send a request."""


def dry_runs(folder):
    """The lines that the scripts print instead of running them."""
    everything = ["all.sh", "--then-cleanup", "--yes"]
    for way, settings in itertools.chain(
        ((everything, settings) for settings in SETTINGS), itertools.product(WAYS, WAYS_WITH)
    ):
        file = folder / "settings.yaml"
        file.write_text("".join(f"{key}: {value}\n" for key, value in settings.items()))
        command = [str(AKS / way[0]), "--dry-run", "--settings", str(file), *way[1:]]
        run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HOME": str(folder)})
        failure = f"{way} with {settings}: {run.stderr.strip()}" if run.returncode else None
        yield way[0], run.stdout, failure


def words_of(text, folder):
    """The words of each az call in lines of bash, as bash itself expands them."""
    lines = []
    for line in text.splitlines():
        if re.match(r"\s*(\w+=\$\()?az ", line):
            lines.append(re.sub(r" 2>/dev/null \| grep -q \. \|\|$", "", line.strip()))
    record = folder / "record"
    record.unlink(missing_ok=True)
    subprocess.run(
        ["bash", "-c", PRELUDE + "\n".join(lines)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "RECORD": str(record), "FOLDER": str(folder)},
    )
    parts = iter(record.read_text().split("\0") if record.exists() else [])
    for count in parts:
        if count:
            yield tuple(itertools.islice(parts, int(count)))


def collect(folder):
    calls, failures = {}, []
    recorded = [(file.name, file.read_text(), None) for file in sorted(AKS.glob("src/test/resources/calls/*.txt"))]
    for origin, text, failure in itertools.chain(recorded, dry_runs(folder)):
        if failure:
            failures.append(failure)
            continue
        for words in words_of(text, folder):
            calls.setdefault(words, origin)
    return calls, failures


def named():
    """The commands that messages and documents name, with their options: what a reader would type."""
    for file in sorted([*AKS.glob("*.sh"), *AKS.glob("*.md")]):
        for text in re.findall(r"\baz ([a-z][^\"`'();|&<>,\n]*)", file.read_text()):
            words = list(itertools.takewhile(lambda word: re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", word), text.split()))
            if words:
                yield file.name, words, re.findall(r"(?<!\S)(?:--[a-z][a-z-]*|-[a-z]\b)", text)


def check_named(cli):
    groups = {command.split()[0] for command in cli.invocation.commands_loader.load_command_table([])}
    for file, words, options in named():
        if words[0] not in groups:
            continue  # Prose, such as "az is logged in".
        parse(cli, words)
        parsers = cli.invocation.parser.subparser_map
        command = next((" ".join(words[:n]) for n in range(len(words), 0, -1) if " ".join(words[:n]) in parsers), None)
        if command is None:
            yield f"{file} names az {' '.join(words)}, which is no command"
            continue
        for option in options:
            if option not in parsers[command]._option_string_actions and option not in OF_EXTENSIONS:
                yield f"{file} names az {command} {option}, which is no option"


def offline(folder):
    """The CLI, logged in as nobody in particular, and unable to send anything."""
    os.environ.update(HOME=str(folder), AZURE_CONFIG_DIR=str(folder / "azure"), AZURE_CORE_COLLECT_TELEMETRY="no")
    os.environ.update(AZURE_CORE_ERROR_RECOMMENDATION="off", AZURE_EXTENSION_USE_DYNAMIC_INSTALL="no")
    (folder / "azure").mkdir()
    common = {"state": "Enabled", "tenantId": GUID, "environmentName": "AzureCloud", "homeTenantId": GUID}
    common |= {"managedByTenants": [], "user": {"name": "someone@example.org", "type": "user"}}
    subscriptions = [{"id": one, "name": one, "isDefault": one == GUID, **common} for one in (GUID, OF_THE_TESTS)]
    (folder / "azure/azureProfile.json").write_text(json.dumps({"installationId": GUID, "subscriptions": subscriptions}))

    import requests
    from azure.cli.core import get_default_cli
    from azure.cli.core.auth.msal_credentials import UserCredential
    from knack.events import EVENT_INVOKER_POST_PARSE_ARGS

    cli = get_default_cli()
    cli.register_event(EVENT_INVOKER_POST_PARSE_ARGS, lambda *_, **__: STATE.add("parsed"))

    def send(*_, **__):
        STATE.add("sent")
        raise Sent

    requests.Session.send = send
    UserCredential.__init__ = lambda *_, **__: None
    UserCredential.acquire_token = lambda *_, **__: {"access_token": "e30.e30.c2ln", "token_type": "Bearer", "expires_in": 3600}
    return cli


def usable(words, folder):
    """Replaces what is not there: files of a recorded run, and those that other lines of a dry run make."""
    stands_in = folder / "file"
    stands_in.write_text("content\n")
    for word in words:
        if re.match(r"/dev/fd/|TEMPORARY|FOLDER", word) or word.endswith(".tar.gz") and word.startswith("/"):
            yield str(stands_in)
        else:
            yield word.replace("CHECKOUT", str(AKS.parent)).replace("HOME", str(folder))


def option_of(word):
    return word.partition("=")[0] if word.startswith("--") else word


def parse(cli, words):
    """What is wrong with a call, and the options it was parsed with. Nothing is wrong: None."""
    STATE.clear()
    messages = io.StringIO()
    log = logging.StreamHandler(messages)
    log.setLevel(logging.WARNING)
    logging.getLogger("cli").addHandler(log)
    try:
        with contextlib.redirect_stdout(messages), contextlib.redirect_stderr(messages):
            code = cli.invoke(list(words), out_file=messages)
        wrong = f"exit code {code}" if code else None
    except Sent:
        wrong = None
    except SystemExit as stop:
        wrong = f"exit code {stop.code}"
    finally:
        logging.getLogger("cli").removeHandler(log)
    if STATE >= {"parsed", "sent"}:
        wrong = None  # Even if it ended with an error, because a thread of its own was to send the request.
    elif "sent" in STATE:
        wrong = "unknown to the parser: the CLI looks for an extension"
    if wrong:
        return f"{wrong}: {' '.join(messages.getvalue().split())}", {}
    parser = cli.invocation.parser.subparser_map[cli.invocation.data["command_string"]]
    return None, parser._option_string_actions


def main():
    folder = Path(tempfile.mkdtemp())
    calls, deviations = collect(folder)
    cli = offline(folder)
    from azure.cli.core import __version__

    options, notes, unchecked, commands = set(), set(), set(), set()
    for words, origin in sorted(calls.items()):
        foreign = [word for word in words if option_of(word) in OF_EXTENSIONS]
        unchecked.update(f"{option_of(word)} (extension {OF_EXTENSIONS[option_of(word)]})" for word in foreign)
        checked = [word for word in usable(words, folder) if word not in foreign]
        wrong, known = parse(cli, checked)
        if wrong:
            deviations.append(f"{origin}: az {' '.join(words)}\n    {wrong}")
            continue
        command = cli.invocation.data["command_string"]
        commands.add(command)
        table = cli.invocation.commands_loader.command_table[command]
        for kind in ("deprecate_info", "preview_info", "experimental_info"):
            if getattr(table, kind, None):
                notes.add(f"az {command}: {kind.removesuffix('_info')}")
        notes.update(f"az {command} {option_of(word)}: the CLI itself has it now" for word in foreign if option_of(word) in known)
        for word in filter(lambda one: re.match(r"--?[a-z]", one), checked):
            option = option_of(word)
            options.add((command, option))
            action = known.get(option)
            if action is None:
                deviations.append(f"{origin}: az {command} has no option {option}; it was taken as an abbreviation")
                continue
            for kind in ("deprecate_info", "preview_info", "experimental_info"):
                if getattr(action, kind, None):
                    notes.add(f"az {command} {option}: {kind.removesuffix('_info')}")

    deviations += sorted(set(check_named(cli)))
    print(f"azure-cli {__version__}: {len(calls)} different calls of {len(commands)} commands with {len(options)} options")
    for title, lines in (("note", notes), ("not checked", unchecked), ("DEVIATION", deviations)):
        for line in sorted(lines):
            print(f"{title}: {line}")
    print(f"{len(deviations)} deviations")
    return 1 if deviations else 0


if __name__ == "__main__":
    sys.exit(main())
