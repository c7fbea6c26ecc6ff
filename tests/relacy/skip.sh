#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
echo "skipped: needs a C++ compiler and relacy/relacy.hpp (relacy-dev)"
exit 77
