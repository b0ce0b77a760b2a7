package config

import (
	"sort"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// mostNICs is how many netN a guest may have: net0 to net31.
const mostNICs = 32

// readConf reads a guest config as far as the firewall does: `key: value` lines
// above the first [section]; snapshots and pending changes below do not count
// (reference/pve-firewall §14.1). The last of repeated keys counts.
func (g *Guest) readConf(f *source.File) diag.List {
	nics := map[int]*NIC{}
	faults := map[int]diag.Diagnostic{}
	for n := 1; n <= f.LineCount(); n++ {
		span := f.Line(n)
		text := span.Text()
		if strings.HasPrefix(text, "[") {
			break
		}
		key, value, ok := strings.Cut(text, ":")
		if !ok || strings.HasPrefix(text, "#") {
			continue
		}
		value = strings.TrimSpace(value)
		switch {
		case key == "name" && g.Env == facts.VM, key == "hostname" && g.Env == facts.CT:
			g.Name = value
		case key == "tags":
			g.Tags = splitTags(value)
		default:
			if i, ok := nicIndex(key); ok {
				nic, fault := g.readNIC(i, value, span)
				nics[i] = nic
				delete(faults, i)
				if fault != "" {
					faults[i] = g.brokenNIC(nic, fault)
				}
			}
		}
	}
	for _, nic := range nics {
		g.NICs = append(g.NICs, nic)
	}
	sort.Slice(g.NICs, func(i, j int) bool { return g.NICs[i].Index < g.NICs[j].Index })
	var list diag.List
	for _, d := range faults {
		g.Broken = g.Broken || g.Env == facts.CT
		list = append(list, d)
	}
	list.Sort()
	return list
}

// nicIndex reads netN without zeros in front.
func nicIndex(key string) (int, bool) {
	digits, ok := strings.CutPrefix(key, "net")
	if !ok || !isDigits(digits) || len(digits) > 1 && digits[0] == '0' {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && n < mostNICs
}

func splitTags(value string) []string {
	tags := strings.FieldsFunc(value, func(c rune) bool { return c == ';' || c == ',' || c == ' ' })
	sort.Strings(tags)
	return tags
}

// readNIC reads the property string of one card; fault says what is wrong.
func (g *Guest) readNIC(index int, value string, span source.Span) (nic *NIC, fault string) {
	nic = &NIC{Index: index, Span: span}
	keys := vmKeys
	if g.Env == facts.CT {
		keys = ctKeys
	}
	seen := map[string]bool{}
	for item := range strings.SplitSeq(value, ",") {
		if item == "" {
			continue
		}
		key, text, hasKey := strings.Cut(item, "=")
		if !hasKey && g.Env != facts.CT && isModel(item) {
			key, text = "model", item
		} else if hasKey && g.Env != facts.CT && isModel(key) {
			nic.Model, key = key, "macaddr"
			seen["model"] = true
		} else if !hasKey {
			fault = first(fault, quote(item)+" has no value")
			continue
		}
		set, known := keys[key]
		switch {
		case !known:
			fault = first(fault, "unknown key "+quote(key))
		case seen[key]:
			fault = first(fault, quote(key)+" occurs twice")
		case !set(nic, text):
			fault = first(fault, quote(text)+" is no value for "+key)
		}
		seen[key] = true
	}
	switch {
	case g.Env == facts.CT && !seen["name"]:
		fault = first(fault, "name= is missing")
	case g.Env != facts.CT && !seen["model"]:
		fault = first(fault, "the model is missing")
	}
	if fault != "" {
		nic.Firewall = false
	}
	return nic, fault
}

func first(fault, text string) string {
	if fault != "" {
		return fault
	}
	return text
}

func (g *Guest) brokenNIC(nic *NIC, fault string) diag.Diagnostic {
	d := diag.New(nicConfigInvalid, nic.Span, "net"+strconv.Itoa(nic.Index)+" of guest "+strconv.Itoa(g.VMID)+": "+fault)
	d.Effect = "The card counts as having no firewall, so its traffic is not filtered."
	if g.Env == facts.CT {
		d.Effect = "The container's firewall is not generated, so none of its traffic is filtered."
	}
	d.Effects = diag.Effects{PVEFirewall: d.Effect}
	return d
}
