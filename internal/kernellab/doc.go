// Package kernellab owns the proof on a real kernel: it boots an unmodified
// Debian kernel in software emulation, builds a Proxmox node with its bridges
// and guests there, loads the texts of a ruleset and really sends packets. It is
// for tests and must not know the .fw language, the IR or any backend. Invariant:
// only a packet that arrives when no rules are loaded, sent through rules that
// were loaded without a complaint, gets a verdict. Start reading at Case in
// lab.go, then Boot in machine_linux.go and serve in init_linux.go.
//
// The machine runs the test binary itself as its init, or as a service of systemd
// (system_linux.go), so a package that uses the lab calls Serve first thing in its
// TestMain.
package kernellab
