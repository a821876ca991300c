# camscan in a container: built from the wheel, nmap inside, unprivileged by default.
#
#   docker build -t camscan .                       (or: podman build, or: make image)
#   docker run --rm camscan scan --plan 10.20.0.0/24
#
# Capabilities. None is needed: the sweep connects, discovery speaks UDP, captures are read from
# files. As root, NET_RAW permits raw and packet sockets (nmap's SYN scan, a capture), NET_ADMIN
# changes of interfaces. docs/docker.md says what each gives and why multicast and MAC addresses
# need `--network host`.
#
# BASE is an image with Python 3.11 or newer, its venv module and CA certificates; it may be a
# plain Debian with python3, python3-venv and ca-certificates.
#
# OMIT names optional packages to leave out, for example --build-arg OMIT="scapy python-nmap" for an
# image without Python packages under the GPL (docs/licences.md).
#
# COMPILE="" leaves out the compiled module that reads captures faster, and builds without a C
# compiler.
#
# PDF="" leaves out the library and the system libraries of -o pdf.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS build
ARG OMIT=""
ARG PDF=1
ARG COMPILE=1
# The headers of a Python of the distribution are a package of its own.
RUN [ -z "${COMPILE}" ] || { apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev \
      $([ "$(command -v python3)" != /usr/bin/python3 ] || echo python3-dev); }
WORKDIR /src
# The two layers of third-party packages first: they change with the pins only.
COPY requirements/build.txt requirements/runtime.txt requirements/pdf.txt requirements/
RUN python3 -m venv /build \
 && /build/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --require-hashes -r requirements/build.txt
# python-nmap is published as source only: its wheel is made with the pinned setuptools.
RUN /build/bin/python -m pip wheel --no-cache-dir --disable-pip-version-check \
      --require-hashes --no-build-isolation -r requirements/runtime.txt ${PDF:+-r requirements/pdf.txt} -w /wheels \
 && python3 -m venv /opt/camscan \
 && /opt/camscan/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --no-deps --no-index /wheels/*.whl
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY docs/findings.md docs/findings.md
COPY docs/man docs/man
COPY fingerprints fingerprints
COPY camscan camscan
COPY tools/compile_counter.py tools/hatch_build.py tools/
RUN CAMSCAN_COMPILE="${COMPILE}" /build/bin/python -m hatchling build -t wheel -d /dist \
 && /opt/camscan/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --no-deps --no-index /dist/*.whl \
 && /opt/camscan/bin/python -m pip uninstall --yes --quiet ${OMIT} pip \
 && /opt/camscan/bin/camscan --version

FROM ${BASE}
ARG PDF=1
LABEL org.opencontainers.image.title="camscan" \
      org.opencontainers.image.description="Which cameras are on this network, who made them, and whom do they talk to" \
      org.opencontainers.image.licenses="MIT AND GPL-2.0-only AND GPL-3.0-or-later"
# nmap: a second opinion; iproute2: MAC addresses of IPv6 neighbours, and the lab's namespaces;
# Pango and a font: PDF.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nmap iproute2 \
      ${PDF:+libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation} \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb \
 && groupadd --gid 10001 camscan \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /bin/sh camscan \
 && install -d -o camscan -g camscan -m 0750 /data
COPY --from=build /opt/camscan /opt/camscan
COPY LICENSE docs/licences.md /usr/share/doc/camscan/
# Runs are kept in /data/camscan; bytecode is compiled above, so a read-only root loses nothing.
ENV PATH=/opt/camscan/bin:$PATH \
    XDG_DATA_HOME=/data \
    PYTHONDONTWRITEBYTECODE=1
USER camscan
WORKDIR /data
VOLUME ["/data"]
ENTRYPOINT ["camscan"]
CMD ["--help"]
