package load

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// plan is where the files of a CONFIG are, before any is read. Paths are inner
// paths of the CONFIG, / separated; empty ones do not exist.
type plan struct {
	cluster  string
	corosync string
	guestFW  map[int]string
	vnets    []string // NAME.fw, by name
	nodes    []nodePlan
	strays   []string // .fw files that Proxmox never reads
}

// nodePlan is one node's directory, or what stands for it.
type nodePlan struct {
	name   string
	noDir  bool
	host   string
	guests []guestPlan // by VMID
}

// guestPlan is one guest that a node knows.
type guestPlan struct {
	vmid  int
	env   facts.Env
	conf  string
	judge bool // the kind shows only in the conf
}

// vmidOf reads the name of a file that is named after a guest; old guests may have
// numbers below 100.
func vmidOf(name, ext string) (int, bool) {
	number, ok := strings.CutSuffix(name, ext)
	if !ok || len(number) > 9 || strings.Trim(number, "0123456789") != "" || strings.HasPrefix(number, "0") {
		return 0, false
	}
	n, err := strconv.Atoi(number)
	return n, err == nil
}

// isEtcPVE tells the layout of /etc/pve from the flat one.
func (l *loader) isEtcPVE() (bool, error) {
	if has, err := l.hasDir("firewall"); has || err != nil {
		return has, err
	}
	return l.hasDir("nodes")
}

// hasDir reports whether a directory is there.
func (l *loader) hasDir(inner string) (bool, error) {
	return l.tree.isDir(inner, l.display(inner))
}

// survey finds the files of a directory.
func (l *loader) survey() (*plan, error) {
	top, err := l.names("")
	if err != nil {
		return nil, err
	}
	p := &plan{guestFW: map[int]string{}}
	if slices.Contains(top, "corosync.conf") {
		p.corosync = "corosync.conf"
	}
	etc, err := l.isEtcPVE()
	if err == nil && etc {
		err = l.surveyFirewall(p, "firewall", false)
	}
	if err == nil && etc {
		err = l.surveyNodes(p)
	}
	if err == nil && etc {
		p.addStrays("", top, len(p.nodes) == 0)
	}
	if err == nil && len(p.nodes) == 0 {
		err = l.surveyOnlyNode(p, top, etc)
	}
	if err == nil {
		err = l.surveyVNets(p)
	}
	return p, err
}

// surveyFirewall sorts the .fw files of the folder that holds cluster.fw.
func (l *loader) surveyFirewall(p *plan, folder string, withHost bool) error {
	names, err := l.names(folder)
	if err != nil {
		return err
	}
	for _, name := range names {
		inner := path.Join(folder, name)
		vmid, guest := vmidOf(name, ".fw")
		switch {
		case path.Ext(name) != ".fw":
		case name == "cluster.fw":
			p.cluster = inner
		case guest:
			p.guestFW[vmid] = inner
		case name == "host.fw" && withHost:
		default:
			p.strays = append(p.strays, inner)
		}
	}
	return nil
}

// surveyNodes finds the nodes of the /etc/pve layout.
func (l *loader) surveyNodes(p *plan) error {
	names, err := l.names("nodes")
	if err != nil {
		return err
	}
	for _, name := range names {
		folder := path.Join("nodes", name)
		if !nodeName.MatchString(name) {
			continue
		}
		if is, err := l.hasDir(folder); err != nil {
			return err
		} else if !is {
			continue
		}
		if err := l.surveyNode(p, name, folder); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) surveyNode(p *plan, name, folder string) error {
	inside, err := l.names(folder)
	if err != nil {
		return err
	}
	n := nodePlan{name: name}
	if slices.Contains(inside, "host.fw") {
		n.host = path.Join(folder, "host.fw")
	}
	p.addStrays(folder, inside, true)
	n.guests, err = l.surveyConfs(folder, nil)
	p.nodes = append(p.nodes, n)
	return err
}

// surveyOnlyNode finds the files of the one node that has no directory under
// nodes/: those of a flat CONFIG, and of /etc/pve copies without nodes/.
func (l *loader) surveyOnlyNode(p *plan, top []string, etc bool) (err error) {
	if !etc {
		if err := l.surveyFirewall(p, "", true); err != nil {
			return err
		}
	}
	n := nodePlan{noDir: true}
	if slices.Contains(top, "host.fw") {
		n.host = "host.fw"
	}
	n.guests, err = l.surveyConfs("", top)
	p.nodes = []nodePlan{n}
	return err
}

// surveyConfs finds guest confs in the two folders of a node, and among beside:
// names of the folder itself, where the kind of a guest shows in its conf only.
func (l *loader) surveyConfs(folder string, beside []string) ([]guestPlan, error) {
	seen := map[int]guestPlan{}
	add := func(names []string, folder string, g guestPlan) {
		for _, name := range names {
			vmid, ok := vmidOf(name, ".conf")
			if _, twice := seen[vmid]; ok && !twice {
				g.vmid, g.conf = vmid, path.Join(folder, name)
				seen[vmid] = g
			}
		}
	}
	for _, kind := range []guestPlan{{env: facts.VM}, {env: facts.CT}} {
		sub := path.Join(folder, confFolder(kind.env))
		names, err := l.names(sub)
		if err != nil {
			return nil, err
		}
		add(names, sub, kind)
	}
	add(beside, folder, guestPlan{judge: true})
	return byVMID(seen), nil
}

func byVMID(m map[int]guestPlan) []guestPlan {
	out := make([]guestPlan, 0, len(m))
	for _, g := range m {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b guestPlan) int { return a.vmid - b.vmid })
	return out
}

func confFolder(env facts.Env) string {
	if env == facts.CT {
		return "lxc"
	}
	return "qemu-server"
}

// surveyVNets finds VNet files in the places of both layouts.
func (l *loader) surveyVNets(p *plan) error {
	for _, folder := range []string{"sdn/firewall", "vnet"} {
		names, err := l.names(folder)
		if err != nil {
			return err
		}
		for _, name := range names {
			if path.Ext(name) == ".fw" && !strings.HasPrefix(name, ".") {
				p.vnets = append(p.vnets, path.Join(folder, name))
			}
		}
	}
	slices.SortStableFunc(p.vnets, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	return nil
}

// addStrays notes the .fw files of a folder where at most a host.fw is read.
func (p *plan) addStrays(folder string, names []string, hostRead bool) {
	for _, name := range names {
		if path.Ext(name) == ".fw" && (name != "host.fw" || !hostRead) {
			p.strays = append(p.strays, path.Join(folder, name))
		}
	}
}
