"""Checks the bill of materials by the schema of CycloneDX, the manifests by the schemas of Kubernetes, and of the compose file, for
which no package has a schema, that its parts fit together. `check.py SBOM OPS`; says in one line what it saw."""

import json
import re
import sys
from pathlib import Path

import kubernetes_validate
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

# The oldest and the newest release of Kubernetes that have all that the manifests name.
RELEASES = ["1.30", kubernetes_validate.latest_version()]
SETTINGS = Path(__file__).parents[2] / "server/config.default.toml"


def main(sbom, ops):
    components = check_bill(Path(sbom).read_text())
    documents = [
        document
        for path in sorted((ops / "kubernetes").glob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text())
    ]
    for document in documents:
        for release in RELEASES:
            kubernetes_validate.validate(document, release, strict=True)
    check_pods(documents)
    services = check_compose(yaml.safe_load((ops / "compose.yaml").read_text()))
    print(
        f"{components} components by CycloneDX 1.5; {len(documents)} manifests by Kubernetes {' and '.join(RELEASES)}; "
        f"{len(services)} services"
    )


def check_bill(text):
    trouble = JsonStrictValidator(SchemaVersion.V1_5).validate_str(text)
    assert trouble is None, trouble
    bill = json.loads(text)
    components = {one["bom-ref"]: one for one in bill["components"]}
    assert len(components) == len(bill["components"]), "two components have one name"
    names = {one["name"] for one in components.values()}
    assert {"server", "domain", "sea-orm", "leptos", "ring", "wasm-bindgen"} <= names, "the bill is not whole"
    assert not {"proptest", "xtask"} & names, "what only builds and tests is in the bill"
    for one in components.values():
        assert one.get("licenses"), f"{one['bom-ref']} has no licence"
        ours = one["name"] in {"app", "domain", "frontend", "server", "storage"}
        assert ours or one.get("hashes"), f"{one['bom-ref']} has no sum"
    known = set(components) | {bill["metadata"]["component"]["bom-ref"]}
    for edge in bill["dependencies"]:
        assert {edge["ref"], *edge["dependsOn"]} <= known, f"{edge['ref']} depends on what is not in the bill"
    return len(components)


def check_pods(documents):
    """What no schema asks for: two replicas, probes, nobody root, nothing written, and secrets, ports and settings that are there."""
    by_kind = {}
    for document in documents:
        by_kind.setdefault(document["kind"], []).append(document)
    secret, deployment, service, job = (by_kind[kind][0] for kind in ["Secret", "Deployment", "Service", "Job"])
    assert deployment["spec"]["replicas"] == 2
    for pod in [deployment["spec"]["template"]["spec"], job["spec"]["template"]["spec"]]:
        assert pod["securityContext"]["runAsNonRoot"] is True
        group = pod["securityContext"]["fsGroup"]
        volume = pod["volumes"][0]["secret"]
        assert volume["secretName"] == secret["metadata"]["name"] and volume["defaultMode"] == 0o440 and group
        (container,) = pod["containers"]
        own = container["securityContext"]
        assert own["readOnlyRootFilesystem"] and not own["allowPrivilegeEscalation"]
        assert own["capabilities"]["drop"] == ["ALL"]
        check_settings(one["name"] for one in container["env"])
        mounted = container["volumeMounts"][0]["mountPath"]
        for one in container["env"]:
            if one["name"].endswith("_FILE"):
                assert one["value"].startswith(mounted + "/"), one
                assert one["value"].rsplit("/", 1)[1] in secret["stringData"], one
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    paths = {probe: container[probe]["httpGet"]["path"] for probe in ["startupProbe", "livenessProbe", "readinessProbe"]}
    assert paths == {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    (drain,) = [int(one["value"]) for one in container["env"] if one["name"] == "TWOFOLD_DRAIN_SECONDS"]
    red = container["readinessProbe"]["periodSeconds"] * container["readinessProbe"]["failureThreshold"]
    assert red < drain and drain + 22 < pod["terminationGracePeriodSeconds"], "connections end before anybody knows"
    labels = deployment["spec"]["template"]["metadata"]["labels"].items()
    assert service["spec"]["selector"].items() <= labels
    assert service["spec"]["ports"][0]["targetPort"] in [port["name"] for port in container["ports"]]


def check_compose(compose):
    """Every volume and service that is named is there, nobody is root, and every variable is a setting."""
    services, volumes = compose["services"], compose["volumes"]
    assert set(services) == {"postgres", "twofold"}
    for service in services.values():
        assert service["image"] and service["healthcheck"]["test"][0] == "CMD"
        assert all(mount.split(":")[0] in volumes for mount in service["volumes"])
        assert set(service.get("depends_on", {})) <= set(services)
    twofold = services["twofold"]
    assert twofold["user"] == "65532:65532" and twofold["read_only"] and twofold["cap_drop"] == ["ALL"]
    assert twofold["healthcheck"]["test"] == ["CMD", "/usr/bin/twofold", "healthcheck"]
    assert twofold["depends_on"]["postgres"]["condition"] == "service_healthy"
    check_settings(twofold["environment"])
    return services


def check_settings(variables):
    settings = re.findall(r"^(\w+) = ", SETTINGS.read_text(), re.MULTILINE)
    known = {f"TWOFOLD_{setting.upper()}" for setting in settings}
    for name in variables:
        assert name in known, f"{name} is no setting"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
