package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pgregory.net/rapid"
)

// world is a datacenter in a folder, with something of everything that guests may have in
// common.
type world struct {
	dir  string
	held map[string]string
}

func newWorld(t *rapid.T) *world {
	dir, err := os.MkdirTemp("", "memory")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{dir: dir, held: map[string]string{}}
	w.write("firewall/cluster.fw", clusterOf(t))
	w.write("nodes/pve1/host.fw", hostOf(t))
	for i := range rapid.IntRange(2, mostGuests).Draw(t, "guests") {
		w.guest(t, firstGuest+i)
	}
	return w
}

func (w *world) write(name, text string) {
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		panic(err)
	}
	w.held[name] = text
}

func (w *world) remove(name string) {
	_ = os.Remove(filepath.Join(w.dir, filepath.FromSlash(name)))
	delete(w.held, name)
}

func (w *world) files() string {
	var b bytes.Buffer
	for name, text := range w.held {
		fmt.Fprintf(&b, "-- %s --\n%s", name, text)
	}
	return b.String()
}

// Numbers on both sides of where their order as texts turns.
const firstGuest, mostGuests = 94, 13

const firewallOf, confOf, containerOf = "firewall/%d.fw", "nodes/pve1/qemu-server/%d.conf", "nodes/pve1/lxc/%d.conf"

// guest makes a guest, or makes it anew.
func (w *world) guest(t *rapid.T, vmid int) {
	if rapid.IntRange(0, 9).Draw(t, "file") > 0 {
		w.write(fmt.Sprintf(firewallOf, vmid), guestOf(t))
	} else {
		w.remove(fmt.Sprintf(firewallOf, vmid))
	}
	conf := ""
	for n := range rapid.IntRange(1, 2).Draw(t, "cards") {
		mac := fmt.Sprintf("BC:24:11:00:%02X:%02X", vmid, n)
		on := rapid.SampledFrom([]string{",firewall=1", ",firewall=1", ",firewall=1", ""}).Draw(t, "plugged")
		bridge := rapid.SampledFrom([]string{"vmbr0", "vmbr1", "vnet1"}).Draw(t, "bridge")
		if vmid%3 == 0 {
			conf += fmt.Sprintf("net%d: name=eth%d,bridge=%s,hwaddr=%s,ip=10.1.0.%d/24%s\n", n, n, bridge, mac, vmid, on)
			continue
		}
		conf += fmt.Sprintf("net%d: %s,bridge=%s%s\n", n, cardOf(t, mac), bridge, on)
	}
	name := confOf
	if vmid%3 == 0 {
		name = containerOf
	}
	w.write(fmt.Sprintf(name, vmid), conf)
}

func cardOf(t *rapid.T, mac string) string {
	if seldom(t) {
		return "virtio"
	}
	return "virtio=" + mac
}

func seldom(t *rapid.T) bool { return rapid.IntRange(0, 14).Draw(t, "seldom") == 7 }

// edit changes one file, or takes a guest away.
func (w *world) edit(t *rapid.T) {
	vmid := firstGuest + rapid.IntRange(0, mostGuests).Draw(t, "guest")
	switch rapid.IntRange(0, 15).Draw(t, "edit") {
	case 0:
		w.write("firewall/cluster.fw", clusterOf(t))
	case 1:
		w.write("nodes/pve1/host.fw", hostOf(t))
	case 2:
		for _, name := range []string{firewallOf, confOf, containerOf} {
			w.remove(fmt.Sprintf(name, vmid))
		}
	case 3:
		w.write("sdn/firewall/vnet1.fw", "[OPTIONS]\nenable: 1\n[RULES]\n"+some(t, []string{"FORWARD DROP -p tcp -dport 25", "GROUP web", "FORWARD REJECT -source +dc/lan"}))
	case 4: // the other kind of guest of the same number
		w.write(fmt.Sprintf(containerOf, vmid), fmt.Sprintf("net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:01:%02X:00,ip=dhcp,firewall=1\n", vmid))
	case 5, 6: // a word that only guests' own lists hold
		from, to := "partner 198.51.100.1\n", "partner 198.51.100.2\n"
		if text := w.held["firewall/cluster.fw"]; strings.Contains(text, from) {
			w.write("firewall/cluster.fw", strings.Replace(text, from, to, 1))
		} else {
			w.write("firewall/cluster.fw", strings.Replace(text, to, from, 1))
		}
	default:
		w.guest(t, vmid)
	}
}

// some are lines of a list, in any order, some of them twice.
func some(t *rapid.T, lines []string) string {
	text := ""
	for range rapid.IntRange(0, len(lines)).Draw(t, "lines") {
		text += rapid.SampledFrom(lines).Draw(t, "line") + "\n"
	}
	return text
}

// rarely is some, seldom.
func rarely(t *rapid.T, lines []string) string {
	if !seldom(t) {
		return ""
	}
	return rapid.SampledFrom(lines).Draw(t, "seldom line") + "\n"
}

func clusterOf(t *rapid.T) string {
	return "[OPTIONS]\nenable: " + rapid.SampledFrom([]string{"1", "1", "1", "1", "1", "0", "1690000000"}).Draw(t, "enable") + "\n" +
		some(t, []string{"ebtables: 0", "policy_in: DROP", "policy_in: REJECT", "policy_forward: DROP", "log_ratelimit: enable=0"}) +
		"[ALIASES]\nhome 192.0.2.7\npartner 198.51.100.1\nsix 2001:db8::7\n" +
		"[IPSET lan]\n" + some(t, []string{"10.0.0.0/8", "home", "!10.3.0.0/16", "2001:db8::/32"}) + rarely(t, []string{"nowhere"}) +
		rapid.SampledFrom([]string{"", "", "[IPSET blacklist]\n203.0.113.0/24\n"}).Draw(t, "blacklist") +
		"[RULES]\n" + some(t, []string{"IN SSH(ACCEPT) -source +lan", "GROUP web -i vmbr0", "FORWARD DROP -p tcp -dport 25"}) + rarely(t, []string{"IN ACCEPT -source +nowhere"}) +
		"[group web]\n" + some(t, groupLines) + rarely(t, groupFaults) + "[group db]\n" + some(t, groupLines) + rarely(t, groupFaults) + "[group empty]\n[group a-name-that-is-too-long]\nIN ACCEPT\n"
}

var groupLines = []string{"IN HTTP(ACCEPT)", "IN REJECT -p tcp -dport 81", "OUT DROP -p udp -dport 53", "IN ACCEPT -source +lan -log info", "IN ACCEPT -source home",
	"FORWARD DROP -p tcp", "IN DROP -p icmp -icmp-type any"}

// groupFaults are found at the latest where a guest uses the group.
var groupFaults = []string{"IN ACCEPT -source +nowhere", "IN ACCEPT -p tcp -dport 070", "OUT ACCEPT -dest 999.0.0.1", "IN ACCEPT -dest 01.2.3.4", "IN ACCEPT -i net0"}

func hostOf(t *rapid.T) string {
	return "[OPTIONS]\n" + some(t, []string{"enable: 0", "tcpflags: 1", "nosmurfs: 0", "nf_conntrack_allow_invalid: 1", "protection_synflood: 1", "nf_conntrack_helpers: ftp",
		"log_level_in: info", "smurf_log_level: info"}) + "[RULES]\n" + some(t, []string{"IN ACCEPT -p tcp -dport 8006", "GROUP db -i vmbr1", "FORWARD DROP -source +lan"})
}

func guestOf(t *rapid.T) string {
	return "[OPTIONS]\nenable: " + rapid.SampledFrom([]string{"1", "1", "1", "1", "0"}).Draw(t, "enable") + "\n" +
		some(t, []string{"policy_in: REJECT", "policy_in: ACCEPT", "policy_out: REJECT", "policy_out: DROP", "ipfilter: 1", "macfilter: 0", "dhcp: 0", "ndp: 0", "radv: 1",
			"log_level_in: info", "layer2_protocols: ARP", "layer2_protocols: 0x88cc,ARP"}) +
		rarely(t, []string{"ips: 1\nips_queues: 3", "ips: 1", "enabel: 1", "policy_in: drop it"}) +
		rapid.SampledFrom([]string{"", "", "[IPSET ipfilter-net0]\n10.1.0.9\n", "[IPSET own]\n10.2.0.0/16\n[RULES]\nIN DROP -source +own\n", "[ALIASES]\nmine 10.9.9.9\n"}).Draw(t, "set") +
		"[RULES]\n" + some(t, []string{"GROUP web", "GROUP web -i net1", "GROUP db", "GROUP empty", "|GROUP db",
		"IN SSH(ACCEPT) -source +lan", "IN REJECT -p tcp -dport 25 -log warning", "OUT REJECT -dest 203.0.113.9",
		"OUT ACCEPT -dest home", "IN ACCEPT -source partner", "OUT DROP -dest dc/partner", "IN ACCEPT -source dc/six", "IN DROP -p tcp -dport 22:25,80,443", "OUT DROP -dest +lan", "IN Ping(ACCEPT)"}) +
		rarely(t, []string{"IN ACCEPT -source +own -p tcp -dport 443", "IN ACCEPT -source mine", "IN HTTPP(ACCEPT)", "IN ACCEPT -source 010.1.2.3", "IN DROP -p 0",
			"IN ACCEPT -p tcp -dport 8000-8800", "GROUP a-name-that-is-too-long", "GROUP nothing"})
}
