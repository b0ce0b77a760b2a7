package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/internal/kernellab"
	"github.com/pvefw/pvefw/internal/netns"
)

// A kernel that holds what the last plan was for is asked for the changed guest's rules
// only, and the plan is the one that is made without memory.
func TestMemoryBeforeTheKernel(t *testing.T) {
	netns.Enter(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir, files := fourGuests(t)
	_, _, wanted := planOf(t, dir, "pve1", &pretended{holds: &nft.Program{}}, asking{}, false)
	kernellab.LoadBare(t, wanted)
	for _, rules := range []string{"", "IN ACCEPT -p tcp -dport 8006\n", "IN DROP\n"} {
		name := filepath.Join(dir, "firewall", "102.fw")
		if err := os.WriteFile(name, []byte(files["firewall/102.fw"]+rules), 0o600); err != nil {
			t.Fatal(err)
		}
		with, some, _ := planOf(t, dir, "pve1", nil, asking{}, false)
		without, all, _ := planOf(t, dir, "pve1", nil, asking{}, true)
		if diff := cmp.Diff(without, with); diff != "" {
			t.Fatalf("%q: a plan with memory differs (-without +with):\n%s", rules, diff)
		}
		if all != 4 || some >= all || (rules == "") != strings.Contains(with.Text, "No changes") {
			t.Errorf("%q: %d of %d guests were looked at:\n%s", rules, some, all, with.Text)
		}
	}
}

// fourGuests are a CONFIG and its files.
func fourGuests(t *testing.T) (dir string, files map[string]string) {
	files = map[string]string{
		"firewall/cluster.fw": "[OPTIONS]\nenable: 1\n[IPSET lan]\n10.0.0.0/8\n[group web]\nIN HTTP(ACCEPT) -source +lan\n", "nodes/pve1/host.fw": "",
	}
	for _, vmid := range []string{"100", "101", "102", "103"} {
		files["firewall/"+vmid+".fw"] = "[OPTIONS]\nenable: 1\npolicy_in: REJECT\nipfilter: 1\n[RULES]\nGROUP web\nIN SSH(ACCEPT)\n"
		files["nodes/pve1/qemu-server/"+vmid+".conf"] = "net0: virtio=BC:24:11:00:00:" + vmid[1:] + ",bridge=vmbr0,firewall=1\n"
	}
	return golden.Dir(t, files), files
}

// With verify the kernel tells anew what is in force, whatever it is remembered to have told.
func TestVerifyRecallsNothing(t *testing.T) {
	netns.Enter(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir, _ := fourGuests(t)
	_, _, wanted := planOf(t, dir, "pve1", &pretended{holds: &nft.Program{}}, asking{}, true)
	kernellab.LoadBare(t, wanted)
	c, err := netlink.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Recall(nil)
	if _, err := c.Read(); err != nil {
		t.Fatal(err)
	}
	told := c.Listing()
	if told == nil {
		t.Skipf("skipped: %s: this kernel does not number networks", t.Name())
	}
	m := chainsOfKernel(false)
	m.folder.store(m.name, bytes.ReplaceAll(told.Bytes(), []byte("tap102i0"), []byte("tap992i0")))
	for _, verify := range []bool{false, true} {
		with, _, _ := planOf(t, dir, "pve1", nil, asking{verify: verify}, false)
		without, _, _ := planOf(t, dir, "pve1", nil, asking{verify: verify}, true)
		if same := cmp.Equal(without, with); same != verify {
			t.Errorf("verify %t: a plan beside a forged memory is the plan without: %t", verify, same)
		}
	}
}
