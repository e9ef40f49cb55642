#!/usr/bin/env bash
# Makes the resource definitions in this folder anew, from the operators' own packages: Strimzi's classes (Maven), the Go
# module of CloudNativePG, the Prometheus operator's models (PyPI). Needs Java 17, Maven, Go, Python with PyYAML. They are
# kept in the repository so that neither the check without a cluster nor the dry run needs any of these.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) cnpg=github.com/cloudnative-pg/cloudnative-pg@v1.27.1
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$here"

mvn -q -B dependency:copy-dependencies -DoutputDirectory="$work/libs"
javac -d "$work/classes" -cp "$work/libs/*" Strimzi.java io/strimzi/crdgenerator/annotations/*.java
java -cp "$work/classes:$work/libs/*" Strimzi > "$work/strimzi.json"

folder=$(cd "$work" && go mod download -json $cnpg | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')/config/crd/bases
python3 derive.py cloudnativepg "$folder"/postgresql.cnpg.io_{clusters,scheduledbackups}.yaml > "$work/cloudnativepg.json"

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cloudcoil-models-prometheus-operator==0.80.1.0 pyyaml
"$work/venv/bin/python" derive.py prometheus > "$work/prometheus.json"

mv "$work"/{strimzi,cloudnativepg,prometheus}.json "$here"
