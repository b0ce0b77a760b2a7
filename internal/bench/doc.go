// Package bench owns the benchmarks of whole stages and the table that compares
// them with the baselines that their goals name. It must not be part of a build:
// all but this doc is tests. Invariant: baseline and pvefw get the same input and
// take turns in the same run, so that a busy machine slows both. Start reading at
// TestRatios; `make bench` prints its table.
package bench
