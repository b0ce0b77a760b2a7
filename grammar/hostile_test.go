package grammar

import (
	"bytes"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

func TestHostileX(t *testing.T) {
	for name, line := range map[string]string{
		"good": "IN ACCEPT -source 10.0.0.1 -p tcp -dport 22 # x\n",
		"bad":  "IN ACCEPT -s 1 -d 2\n",
		"x":    "x\n",
		"64k":  "IN ACCEPT " + string(bytes.Repeat([]byte("-i a "), 13000)) + "\n",
		"64kw": "IN ACCEPT " + string(bytes.Repeat([]byte("a "), 30000)) + "\n",
	} {
		for _, sec := range []string{"[RULES]\n", "[ALIASES]\n", "[OPTIONS]\n", "[IPSET foo]\n"} {
			n := 1 << 20
			data := append([]byte(sec), bytes.Repeat([]byte(line), n/len(line))...)
			start := time.Now()
			f, l := Parse(source.NewFile("f", data), facts.Cluster)
			d := time.Since(start)
			t.Logf("%s %s: %v for %d lines (%v/line), %d findings", sec[:6], name, d, len(f.Lines), d/time.Duration(len(f.Lines)), len(l))
		}
	}
}
