package load

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
)

const besideFiles = `-- datacenter.cfg --
migration: network=10.9.0.0/24
-- storage.cfg --
nfs: a
-- sdn/.running-config --
{}
-- .pvefw.yaml --
admin_networks: [198.51.100.7, 203.0.113.9/24]
`

// Both layouts have the files beside the firewall's own at the top, and a single
// file has none.
func TestFilesBeside(t *testing.T) {
	for name, c := range map[string]struct{ archive, path, want string }{
		"etc":  {"-- firewall/cluster.fw --\n[OPTIONS]\n", ".", "datacenter.cfg storage.cfg sdn/.running-config [198.51.100.7/32 203.0.113.0/24]"},
		"flat": {"-- cluster.fw --\n[OPTIONS]\n", ".", "datacenter.cfg storage.cfg sdn/.running-config [198.51.100.7/32 203.0.113.0/24]"},
		"file": {"-- cluster.fw --\n[OPTIONS]\n", "cluster.fw", "- - - [198.51.100.7/32 203.0.113.0/24]"},
	} {
		tree(t, c.archive+besideFiles)
		out, err := Load(c.path, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, f := range []*source.File{out.Input.DatacenterCfg, out.Input.StorageCfg, out.Input.SDN} {
			if f == nil {
				got += "- "
				continue
			}
			got += filepath.ToSlash(filepath.Clean(f.Name())) + " "
		}
		if got += fmt.Sprint(out.Input.AdminNetworks); got != c.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// A part that cannot be read is an error: left out, it would go unnoticed.
func TestUnreadableFileBeside(t *testing.T) {
	tree(t, "-- cluster.fw --\n[OPTIONS]\n")
	if err := os.Mkdir("storage.cfg", 0o755); err != nil {
		t.Fatal(err)
	}
	var broken *Error
	if _, err := Load(".", Options{}); !errors.As(err, &broken) {
		t.Errorf("got %v", err)
	}
}
