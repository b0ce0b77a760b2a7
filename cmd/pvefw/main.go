// Command pvefw is the compiler, linter and simulator for Proxmox VE firewall files.
package main

import (
	"os"

	"github.com/pvefw/pvefw/internal/cli"
)

func main() {
	s := cli.System()
	s.Expects = collectLate()
	os.Exit(cli.Main(os.Args[1:], s))
}
