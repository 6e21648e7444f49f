# Installs Debian packages, as root, and lets them neither create nor start anything of their own: the
# servers that tests use are private ones, and a developer's machine must not gain a running database.
set -eu
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
cluster=$clusters/forum-xtask.conf
clean=
had_redis=$(command -v redis-server || true)

trap 'rm -f $clean' EXIT
trap 'exit 130' HUP INT TERM

# Packages ask this program whether they may start a service; 101 is "no". One that stands there already
# is the administrator's word.
if [ ! -e "$policy" ]; then
    clean="$clean $policy"
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
mkdir -p "$clusters"
clean="$clean $cluster"
echo 'create_main_cluster = false' >"$cluster"

apt-get update -q
apt-get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"

# Not at the next boot either. (PostgreSQL's service starts clusters, of which there is none.)
case " $* " in
*' redis-server '*)
    if [ -z "$had_redis" ] && command -v systemctl >/dev/null; then
        systemctl --quiet disable redis-server.service || true
    fi
    ;;
esac
