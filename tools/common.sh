# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# What every verb and every smoke test starts from.  Needs $top, the clone.
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1
ulimit -c 0
. "$top/tools/say.sh"
. "$top/tools/exit.sh"
. "$top/tools/place.sh"
. "$top/tools/setup.sh"
. "$top/tools/memory.sh"
. "$top/tools/compile.sh"
