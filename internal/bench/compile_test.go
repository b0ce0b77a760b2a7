package bench

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// readVariable names a directory that TestReadFiles reads: the baseline of compile.
const readVariable = "PVEFW_BENCH_READ"

// TestReadFiles is run as a process of its own by TestCompile.
func TestReadFiles(t *testing.T) {
	dir := os.Getenv(readVariable)
	if dir == "" {
		t.Skipf("skipped: %s: it is the baseline of TestCompile, which runs it", t.Name())
	}
	total := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		total += len(text)
		return err
	})
	if err != nil || total == 0 {
		t.Fatalf("read %d bytes: %v", total, err)
	}
}

// TestCompile prints what the whole process pvefw compile takes for 1,000 guests
// of 20 rules and for 10,000 of 50, beside a process that reads the files only.
func TestCompile(t *testing.T) {
	if os.Getenv(switchVariable) == "" {
		t.Skipf("skipped: %s: it takes a while; `make bench` runs it", t.Name())
	}
	binary := buildPvefw(t)
	fmt.Printf("\n%-18s %-10s %8s %9s %8s %s\n", "compile", "target", "CPU s", "MiB", "reading", "goal")
	for _, size := range []struct {
		guests, rules int
		targets       []string
		goal          string
	}{
		{1000, 20, []string{"iptables", "ip6tables", "ipset", "ebtables", "nft"}, "0.1 s"},
		{10_000, 50, []string{"iptables", "nft"}, "600 MiB"},
	} {
		dir := writeCluster(t, size.guests, size.rules)
		t.Setenv(readVariable, dir)
		for _, target := range size.targets {
			cpu, reading, memory := []time.Duration{}, []time.Duration{}, int64(0)
			for range rounds {
				c := spent(t, binary, "compile", "--target", target, "--node", "pve1", dir)
				cpu, memory = append(cpu, c.cpu), max(memory, c.memory)
				reading = append(reading, spent(t, os.Args[0], "-test.run", "^TestReadFiles$").cpu)
			}
			slices.Sort(cpu)
			slices.Sort(reading)
			fmt.Printf("%-18s %-10s %8.2f %9d %7.1f× ≤ %s\n", fmt.Sprintf("%d × %d rules", size.guests, size.rules), target,
				cpu[rounds/2].Seconds(), memory>>20, float64(cpu[rounds/2])/float64(reading[rounds/2]), size.goal)
		}
	}
	fmt.Println()
}

// writeCluster writes guests with two cards each, all on one node, and the groups,
// sets and aliases that their rules name.
func writeCluster(t *testing.T, guests, rules int) string {
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("firewall/cluster.fw", "[OPTIONS]\nenable: 1\n[ALIASES]\nweb 10.0.0.8\n[IPSET mgmt]\n"+
		"[RULES]\nIN SSH(ACCEPT) -source +mgmt\n[group web]\nIN HTTP(ACCEPT)\n")
	for i, text := range ownCorpus(guests, rules) {
		write(fmt.Sprintf("firewall/%d.fw", 100+i), string(text))
		write(fmt.Sprintf("nodes/pve1/qemu-server/%d.conf", 100+i), fmt.Sprintf("name: g%d\nnet0: virtio=BC:24:11:%02X:%02X:00,bridge=vmbr0,firewall=1\n"+
			"net1: virtio=BC:24:11:%02X:%02X:01,bridge=vmbr1,firewall=1\n", i, i>>8&0xFF, i&0xFF, i>>8&0xFF, i&0xFF))
	}
	return dir
}
