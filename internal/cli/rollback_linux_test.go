package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/internal/netns"
)

// Rules from before are not brought back if they keep the session out that asks for them;
// if nobody can say whether they do, neither.
func TestRollbackKeepsItsSessionIn(t *testing.T) {
	netns.Enter(t)
	root := overConnection(t)
	for _, c := range []struct{ name, rule, byHand, want string }{
		{"closed", "", "", "192.0.2.9 does not reach this session: TCP from 192.0.2.9 to port 22"},
		{"open to others", "IN ACCEPT -p tcp -dport 22 -source 198.51.100.0/24", "", "192.0.2.9 does not reach this session"},
		{"open at times", "IN ACCEPT -p tcp -dport 22 -sport 50000:60000", "", "192.0.2.9 does not always reach this session"},
		{"open", "IN ACCEPT -p tcp -dport 22", "", ""},
		{"who knows", "IN ACCEPT -p tcp -dport 22", "insert rule inet pvefw input meta cpu 0 drop", "nobody can say whether 192.0.2.9 reaches this session"},
	} {
		saved := savedRules(t, c.rule, c.byHand)
		var said bytes.Buffer
		r := &rollbackRun{Streams: &Streams{Stderr: &said}, nodeFlags: nodeFlags{root: root}}
		err := r.guard(saved)
		if (err != nil) != (c.want != "") || !strings.Contains(said.String(), c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, said.String())
		}
		r.iKnow = true
		if err := r.guard(saved); err != nil {
			t.Errorf("%s, known: %v", c.name, err)
		}
	}
}

// overConnection lets the test be typed over a connection from 192.0.2.9 to port 22 of
// 192.0.2.1, and returns the folder of a machine whose kernel tells of that.
func overConnection(t *testing.T) (root string) {
	t.Helper()
	t.Setenv("SSH_CONNECTION", "192.0.2.9 50000 192.0.2.1 22")
	return golden.Dir(t, map[string]string{"proc/thread-self/net/tcp": "  sl  local_address rem_address   st\n" +
		" 0: 00000000:0016 00000000:0000 0A 0:0 0:0 0 0 0 1 1\n" +
		" 1: 010200C0:0016 090200C0:C350 01 0:0 0:0 0 0 0 2 1\n"})
}

// savedRules are the rules of a node with one rule, and what somebody has added by hand.
func savedRules(t *testing.T, rule, byHand string) *netlink.Saved {
	t.Helper()
	dir := golden.Dir(t, map[string]string{"firewall/cluster.fw": "[OPTIONS]\nenable: 1\n[RULES]\n" + rule + "\n", "nodes/pve1/host.fw": ""})
	script, complaints, code := pvefw("compile", "--target", "nft", "--semantics", "intended", dir)
	if code != 0 {
		t.Fatal(complaints)
	}
	host, _, _ := strings.Cut(script, "\ntable bridge ")
	if out, err := nftTool(host+"\n"+byHand+"\n", "-f", "-"); err != nil {
		t.Fatalf("%s\n%s", out, host)
	}
	conn, err := netlink.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	saved, err := conn.Save()
	if err != nil {
		t.Fatal(err)
	}
	return saved
}
