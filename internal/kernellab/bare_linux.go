package kernellab

import (
	"testing"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
)

// LoadBare puts a program into the kernel of the test's network, chains without their rules:
// not every kernel knows connections on bridges, and who goes by hashes does not look.
func LoadBare(t testing.TB, p *nft.Program) {
	t.Helper()
	bare := netlink.Normal(p)
	for _, table := range bare.Tables {
		for _, c := range table.Chains {
			c.Rules = nil
		}
	}
	batch, err := netlink.Encode(bare)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := netlink.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Apply(batch); err != nil {
		t.Fatal(err)
	}
}
