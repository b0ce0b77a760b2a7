package conformance

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir/config"
)

// lineContext is the configuration that lines.jsonl was measured in: the files
// of lines.context.txt, one VM and one container.
func lineContext(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{
		".pvefw.yaml":          "node:\n  name: proxself\n  local_network: 172.16.1.0/24\n  altnames:\n    lan0: eth3\n",
		"qemu-server/100.conf": "net0: virtio=AA:0B:0C:00:00:01,bridge=vmbr0,firewall=1\n",
		"lxc/200.conf":         "net0: name=eth0,bridge=vmbr0,firewall=1,hwaddr=AA:0B:0C:00:00:02,type=veth\n",
	}
	var names []string
	for _, line := range strings.SplitAfter(slurp(t, filepath.Join(root, "lines.context.txt")), "\n") {
		if title, ok := strings.CutPrefix(line, "--- "); ok {
			names = strings.Split(strings.TrimSpace(title), " and ")
			continue
		}
		for _, name := range names {
			files[name] += line
		}
	}
	if files["cluster.fw"] == "" || files["200.fw"] == "" {
		t.Fatalf("lines.context.txt does not name the files expected: %v", files)
	}
	return files
}

// place puts a measured line where its environment wants it. An empty line
// gives the context to compare with.
func place(files map[string]string, env, line string) {
	switch env {
	case "cluster":
		files["cluster.fw"] += "[RULES]\n" + line + "\n"
	case "group":
		files["cluster.fw"] += "[group probe]\n" + line + "\n"
		files["100.fw"] += "GROUP probe\n"
	case "vnet":
		files["vnet/v.fw"] = "[OPTIONS]\nenable: 1\n[RULES]\n" + line + "\n"
	default:
		files[envFile(env)] += line + "\n"
	}
}

// storedRule is the only rule of the place that place() fills, as JSON; null
// when the reader dropped it.
func (c compiled) storedRule(t *testing.T, env string) string {
	t.Helper()
	raw, err := json.Marshal(config.ParseJSON(c.config, c.node))
	if err != nil {
		t.Fatal(err)
	}
	type rules struct {
		Rules  []any            `json:"rules"`
		Groups map[string][]any `json:"groups"`
	}
	var stored struct {
		Cluster, Host rules
		Guests, VNets map[string]rules
	}
	mustJSON(t, raw, &stored)
	list := map[string][]any{
		"cluster": stored.Cluster.Rules, "host": stored.Host.Rules, "group": stored.Cluster.Groups["probe"],
		"vm": stored.Guests["100"].Rules, "ct": stored.Guests["200"].Rules, "vnet": stored.VNets["v"].Rules,
	}[env]
	if len(list) == 0 {
		return "null"
	}
	text, _ := json.Marshal(list[0])
	return string(text)
}
