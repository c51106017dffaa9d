// SPDX-License-Identifier: Apache-2.0
// The precompiled headers are built beside this empty unit.
