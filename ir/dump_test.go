package ir

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDump compares with testdata/NAME.dump; PVEFW_UPDATE=1 rewrites them.
func TestDump(t *testing.T) {
	refused := &Policy{Node: "pve1", Fatal: &Skipped{Reason: "log_ratelimit has no enable", Origin: at(clusterFW, 2)},
		Host: &Endpoint{Kind: HostEndpoint, Name: "host", Origin: at(hostFW, 1)}}
	for name, p := range map[string]*Policy{
		"everything": sample(),
		"off": {Node: "pve1", Off: true, OffReason: &Skipped{Reason: "enable is 0", Origin: at(clusterFW, 2)},
			NICs: []*Endpoint{{Kind: VMNIC, Name: "vm1/net0", Bridge: "vmbr0", Plugged: true, Origin: at(guestFW, 1)}}},
		"fatal": refused,
	} {
		var out bytes.Buffer
		if err := Dump(&out, p); err != nil {
			t.Fatal(err)
		}
		golden := "testdata/" + name + ".dump"
		if os.Getenv("PVEFW_UPDATE") != "" {
			if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDumpShowsHostileTextAsEscapes(t *testing.T) {
	p := &Policy{Node: "a\nhost IN\x1b[2J", Sets: []*Set{{Name: "x", Entries: []SetEntry{{Text: "\xff\u202e", Skipped: "no\naddress"}}}}}
	var out bytes.Buffer
	if err := Dump(&out, p); err != nil {
		t.Fatal(err)
	}
	want := "policy of node a\\u000ahost IN\\u001b[2J\n\nset dc/x\n    \\ufffd\\u202e  skip  no\\u000aaddress\n"
	if out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestDumpReportsTheWriter(t *testing.T) {
	if err := Dump(brokenPipe{}, sample()); err == nil || !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("got %v", err)
	}
}
