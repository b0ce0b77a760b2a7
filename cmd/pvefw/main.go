// Command pvefw is the compiler, linter and simulator for Proxmox VE firewall files.
package main

import (
	"os"

	"github.com/pvefw/pvefw/internal/cli"
)

func main() {
	collectLate()
	os.Exit(cli.Main(os.Args[1:], cli.System()))
}
