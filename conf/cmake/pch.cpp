// The precompiled headers are built beside this empty unit.
