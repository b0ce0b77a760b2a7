package assist

import (
	"fmt"
	"strings"
	"testing"
)

// A file of 5,000 lines beside a datacenter of a hundred names of each kind. Other
// guests are in no World of a request, so their number makes no difference.
func largeWorld(b *testing.B) Place {
	var cluster, guest strings.Builder
	cluster.WriteString("[OPTIONS]\nenable: 1\n\n[ALIASES]\n")
	for i := range 100 {
		fmt.Fprintf(&cluster, "alias%d 10.0.%d.0/24\n", i, i)
	}
	for i := range 100 {
		fmt.Fprintf(&cluster, "\n[IPSET set%d]\nalias%d\n", i, i)
	}
	guest.WriteString("[OPTIONS]\nenable: 1\n\n[RULES]\n")
	for i := range 5000 {
		fmt.Fprintf(&guest, "IN ACCEPT -source alias%d -p tcp -dport %d\n", i%100, i+1)
	}
	guest.WriteString("IN ACCEPT -source \n")
	w := build(b, map[string]string{"cluster.fw": cluster.String(), "100.fw": guest.String(),
		"100.conf": "net0: virtio=AA:00:00:00:00:01,bridge=vmbr0,firewall=1\n"})
	f := file(b, w, "100.fw")
	w.Index()
	return f.At(len(f.source().Bytes()) - 1)
}

func BenchmarkComplete(b *testing.B) {
	p := largeWorld(b)
	for b.Loop() {
		if items, _ := p.Complete(); len(items) != 200 {
			b.Fatal("not all names are offered")
		}
	}
}

func BenchmarkHover(b *testing.B) {
	p := largeWorld(b)
	p = p.At(p.Offset - 80)
	for b.Loop() {
		p.Hover()
	}
}

func BenchmarkNamesOfALargeFile(b *testing.B) {
	p := largeWorld(b)
	for b.Loop() {
		NamesOf(p.FW.File)
	}
}
