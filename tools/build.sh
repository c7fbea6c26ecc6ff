# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# ./run build

verb_build()
{
	need build
	compile_main
	say "load it into any DPDK program with these EAL arguments:"
	say "  -d $plugin --mbuf-pool-ops-name=zrx"
}
