package config

import (
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// longestRing bounds the N of ringN_addr.
const longestRing = 2

// parseCorosync reads corosync.conf: nested blocks `name {` … `}` with `key:
// value` lines; # starts a comment line. Only the transport and the nodes' ring
// addresses matter (reference/pve-firewall §6.9).
func parseCorosync(f *source.File) *Corosync {
	c := &Corosync{Transport: "knet"}
	var blocks []string
	for n := 1; n <= f.LineCount(); n++ {
		line := strings.TrimSpace(f.Line(n).Text())
		switch {
		case line == "" || line[0] == '#':
		case strings.HasSuffix(line, "{"):
			blocks = append(blocks, strings.TrimSpace(strings.TrimSuffix(line, "{")))
			if inBlocks(blocks, "nodelist", "node") {
				c.Nodes = append(c.Nodes, CorosyncNode{Links: map[int]string{}})
			}
		case line == "}":
			blocks = blocks[:max(0, len(blocks)-1)]
		default:
			c.set(blocks, line)
		}
	}
	return c
}

func (c *Corosync) set(blocks []string, line string) {
	key, value, ok := strings.Cut(line, ":")
	if !ok {
		return
	}
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	switch {
	case inBlocks(blocks, "totem") && key == "transport":
		c.Transport = value
	case inBlocks(blocks, "nodelist", "node"):
		node := &c.Nodes[len(c.Nodes)-1]
		if key == "name" {
			node.Name = value
		}
		if n, ok := ringNumber(key); ok {
			node.Links[n] = value
		}
	}
}

func ringNumber(key string) (int, bool) {
	digits, ok := strings.CutPrefix(key, "ring")
	digits, ok2 := strings.CutSuffix(digits, "_addr")
	if !ok || !ok2 || !isDigits(digits) || len(digits) > longestRing {
		return 0, false
	}
	return portNumber(digits), true
}

func inBlocks(blocks []string, path ...string) bool {
	if len(blocks) != len(path) {
		return false
	}
	for i := range path {
		if blocks[i] != path[i] {
			return false
		}
	}
	return true
}
