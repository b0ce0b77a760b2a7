package load

import (
	"bytes"
	"path"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// confKind tells a container's conf from a VM's by what only containers have,
// looking above the first [section]: below stand snapshots
// (reference/pve-firewall §14.1).
func confKind(conf []byte) facts.Env {
	for line := range bytes.Lines(conf) {
		switch {
		case bytes.HasPrefix(line, []byte("[")):
			return facts.VM
		case bytes.HasPrefix(line, []byte("rootfs:")):
			return facts.CT
		case bytes.HasPrefix(line, []byte("net")) && bytes.Contains(line, []byte("hwaddr=")):
			return facts.CT
		}
	}
	return facts.VM
}

// kindByPath tells what a single file is from its name and folder; ok is false
// when they do not say.
func kindByPath(file string) (env facts.Env, vmid int, ok bool) {
	folder, name := path.Split(file)
	folder = "/" + strings.TrimSuffix(folder, "/")
	if path.Ext(name) != ".fw" {
		return 0, 0, false
	}
	if path.Base(folder) == "vnet" || strings.HasSuffix(folder, "/sdn/firewall") {
		return facts.VNet, 0, true
	}
	switch name {
	case "cluster.fw":
		return facts.Cluster, 0, true
	case "host.fw":
		return facts.Host, 0, true
	}
	if vmid, ok := vmidOf(name, ".fw"); ok {
		return facts.VM, vmid, true
	}
	return 0, 0, false
}

// kindByContent guesses what a text is by its sections and option names; ok is
// false for a text without any section of the language. A section or option that
// only some files may hold votes for those.
func kindByContent(text []byte) (env facts.Env, ok bool) {
	var votes [facts.VNet + 1]int
	section := ""
	for line := range bytes.Lines(text) {
		if len(line) > 1024 {
			continue
		}
		word := strings.ToLower(strings.TrimSpace(string(line)))
		if strings.HasPrefix(word, "[") {
			section = strings.Trim(strings.Fields(word)[0], "[]")
			ok = voteSection(&votes, section) || ok
		} else if name, _, colon := strings.Cut(word, ":"); colon && section == "options" {
			vote(&votes, 1, facts.OptionElsewhere(name)...)
		}
	}
	best := facts.VM
	for _, e := range []facts.Env{facts.Cluster, facts.Host, facts.CT, facts.VNet} {
		if votes[e] > votes[best] {
			best = e
		}
	}
	return best, ok
}

// voteSection counts a header; a group can only be the datacenter's.
func voteSection(votes *[facts.VNet + 1]int, section string) bool {
	switch section {
	case "group":
		vote(votes, 100, facts.Cluster)
	case "ipset", "aliases":
		vote(votes, 2, facts.Cluster, facts.VM)
	case "options", "rules":
	default:
		return false
	}
	return true
}

func vote(votes *[facts.VNet + 1]int, weight int, envs ...facts.Env) {
	for _, e := range envs {
		if e <= facts.VNet {
			votes[e] += weight
		}
	}
}
