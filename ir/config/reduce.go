package config

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// This file and its neighbours make copies of the files beside the firewall's own
// that hold what this package reads of them and nothing else: what is not known to
// be harmless is left out. Lines keep their numbers, so that findings keep their
// places.

// Removed stands for a word that is left out where some word has to stand.
const Removed = "removed"

// reduceLines copies a file line by line; what keep leaves out stays as an empty
// line.
func reduceLines(f *source.File, keep func(line string) string) []byte {
	var out []byte
	end := 0
	for n := 1; n <= f.LineCount(); n++ {
		text := keep(f.Line(n).Text())
		out = append(append(out, text...), '\n')
		if text != "" {
			end = len(out)
		}
	}
	return out[:end]
}

// isPlain tells words that can be the name of a host, a guest, a tag or a device.
func isPlain(s string) bool {
	odd := func(c rune) bool {
		return !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.ContainsRune("._-+:", c))
	}
	return s != "" && len(s) <= 253 && !strings.ContainsFunc(s, odd)
}

// corosyncBlocks are the names of blocks that are kept.
var corosyncBlocks = []string{"totem", "nodelist", "node", "interface", "logging", "quorum"}

// ReduceCorosync keeps the blocks of corosync.conf, the transport, and the names
// and ring addresses of nodes.
func ReduceCorosync(f *source.File) []byte {
	return reduceLines(f, func(line string) string {
		line = strings.TrimSpace(line)
		name, block := strings.CutSuffix(line, "{")
		key, value, isKey := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		_, ring := ringNumber(key)
		switch {
		case line == "" || line[0] == '#':
		case line == "}":
			return line
		case block && slices.Contains(corosyncBlocks, strings.TrimSpace(name)):
			return strings.TrimSpace(name) + " {"
		case block:
			return Removed + " {"
		case isKey && (key == "transport" || key == "name" || ring):
			if value != "" && !isPlain(value) {
				value = Removed
			}
			return key + ": " + value
		}
		return ""
	})
}

// ReduceDatacenterCfg keeps the line about migration.
func ReduceDatacenterCfg(f *source.File) []byte {
	return reduceLines(f, func(line string) string {
		value, ok := strings.CutPrefix(line, "migration:")
		if !ok {
			return ""
		}
		var kept []string
		for item := range strings.SplitSeq(strings.TrimSpace(value), ",") {
			key, network, hasKey := strings.Cut(item, "=")
			_, err := netip.ParsePrefix(strings.TrimSpace(network))
			switch {
			case key == "network" && err == nil:
				kept = append(kept, item)
			case (!hasKey || key == "type") && strings.HasSuffix(item, "insecure"):
				kept = append(kept, "insecure")
			case !hasKey || key == "type":
				kept = append(kept, "secure")
			}
		}
		if len(kept) == 0 {
			kept = []string{"secure"}
		}
		return "migration: " + strings.Join(kept, ",")
	})
}

// ReduceStorageCfg keeps of the sections that nodes reach over the network the
// header, the addresses and ports of servers, the nodes, and whether they are off.
func ReduceStorageCfg(f *source.File) []byte {
	kind := ""
	return reduceLines(f, func(line string) string {
		trimmed := strings.TrimSpace(line)
		first, rest, named := strings.Cut(trimmed, ":")
		switch {
		case trimmed == "" || trimmed[0] == '#':
			return ""
		case line[0] != ' ' && line[0] != '\t':
			kind = ""
			id := strings.TrimSpace(rest)
			switch {
			case !named || serverKeys[first] == nil:
				return Removed + ":"
			case id != "" && !isPlain(id):
				id = Removed
			}
			kind = first
			return first + ": " + id
		}
		key, value, _ := strings.Cut(trimmed, " ")
		if kept := storageValue(kind, key, strings.TrimSpace(value)); kept != "" {
			return "\t" + key + " " + kept
		}
		return ""
	})
}

// storageValue is what is kept of a key's value, empty for nothing.
func storageValue(kind, key, value string) string {
	keep := func(ok func(string) bool) string {
		words := slices.DeleteFunc(strings.FieldsFunc(value, isListBlank), func(word string) bool { return !ok(word) })
		return strings.Join(words, ",")
	}
	switch {
	case key == "disable":
		return map[bool]string{true: "1", false: "0"}[value != "0"]
	case key == "nodes":
		return keep(isPlain)
	case key == "port" && portOf(value) != 0:
		return value
	case slices.Contains(serverKeys[kind], key):
		return keep(func(word string) bool { _, ok := serverOf(word); return ok })
	}
	return ""
}
