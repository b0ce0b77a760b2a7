package kernellab

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What the units promise, on one node from its first day to a loss of power.
func TestSystemd(t *testing.T) {
	s := newSystem(t)
	s.part("units are in order", s.unitsAreInOrder)
	s.part("ready after the first pass", s.readyAfterTheFirstPass)
	s.part("the sandbox lets it work", s.theSandboxLetsItWork)
	s.part("follows the files", s.followsTheFiles)
	s.part("apply beside the service", s.applyBesideTheService)
	s.part("watchdog", s.watchdog)
	s.part("stop keeps the rules", s.stopKeepsTheRules)
	s.part("drift", s.drift)
	s.part("a session ends", s.aSessionEnds)
	s.part("a watcher is killed", s.aWatcherIsKilled)
	s.part("confirm keeps", s.confirmKeeps)
	s.part("a reboot", func() { s.comesBack(s.reboot) })
	s.part("a loss of power", func() { s.comesBack(s.cutPower) })
}

func (s *system) unitsAreInOrder() {
	s.prints("systemd-analyze verify --man=no /etc/systemd/system/pvefw*", "")
	for _, unit := range []string{"pvefw", "pvefw-boot", "pvefw-drift"} {
		s.must("systemd-analyze security " + unit + ".service --no-pager | tail -n 1")
	}
}

// While the service has not looked at the files, what waits for it waits.
func (s *system) readyAfterTheFirstPass() {
	s.dropIn(`/bin/bash -c 'kill -STOP $$$$; exec /usr/bin/pvefw start --foreground --interval 2s'`, "5min")
	s.must("systemctl start --no-block pvefw")
	s.awaits(`grep -q "^State:.*stopped" /proc/$(systemctl show -P MainPID pvefw)/status`, time.Minute)
	s.prints("systemctl show -P ActiveState pvefw; nft list ruleset", "activating")
	s.must("kill -CONT $(systemctl show -P MainPID pvefw); systemctl start pvefw; nft list ruleset | grep 'tcp dport 8006 .*cluster.fw'")
	s.must("journalctl -b -u pvefw -o cat --no-pager | grep 'change 1 is in force'")
	s.must("systemctl enable pvefw pvefw-drift.timer && systemctl start pvefw-drift.timer && systemctl list-timers --no-pager | grep pvefw-drift && pvefw status")
}

// dropIn changes how the service is started, and its watchdog.
func (s *system) dropIn(command, watchdog string) {
	s.t.Helper()
	text := "[Service]\nExecStart=\nExecStart=" + command + "\nWatchdogSec=" + watchdog + "\n"
	s.must("mkdir -p /run/systemd/system/pvefw.service.d && echo -n " + quoted(text) + " > /run/systemd/system/pvefw.service.d/lab.conf && systemctl daemon-reload")
}

// What the service has to do beside rules it may do: settings of the kernel, its state,
// what it keeps from run to run, and its journal.
func (s *system) theSandboxLetsItWork() {
	s.prints("cd /proc/sys/net; cat bridge/bridge-nf-call-{arp,ip,ip6}tables netfilter/nf_conntrack_max", "0\n0\n0\n300000")
	s.prints("cat /var/lib/pve-firewall/log_nf_conntrack; stat -c %a /var/lib/pvefw; ls /var/cache/pvefw", "1\n700\npvefw")
	s.prints("journalctl -b -u pvefw -o cat --no-pager | grep ^pvefw: | grep -v 'change 1 is in force'", "pvefw: "+s.must("systemctl show -P StatusText pvefw"))
	s.prints("systemctl show -P NRestarts pvefw; systemctl kill -s HUP pvefw; systemctl is-active pvefw", "0\nactive")
}

func (s *system) followsTheFiles() {
	s.must("sed -i 's/8006/8443/' /etc/pve/firewall/cluster.fw")
	s.awaits("nft list ruleset | grep -q 'tcp dport 8443 .*cluster.fw'", time.Minute)
	s.must("! nft list ruleset | grep 'tcp dport 8006 .*cluster.fw'")
	s.must("echo 'IN ACCEPT -dport 9' >> /etc/pve/firewall/cluster.fw")
	s.awaits("systemctl show -P StatusText pvefw | grep -q 'the rules stay as they are'", time.Minute)
	s.must("systemctl status --no-pager pvefw; sed -i '$d' /etc/pve/firewall/cluster.fw; systemctl reload pvefw")
	s.awaits("systemctl show -P StatusText pvefw | grep -q 'are what the files ask for'", time.Minute)
}

func (s *system) applyBesideTheService() {
	files := s.inForce()
	s.must(applyNew("10m"))
	s.awaits("systemctl show -P StatusText pvefw | grep -q 'waits for a confirmation'", time.Minute)
	s.must("nft list ruleset | grep 'tcp dport 4321 .*cluster.fw'; pvefw rollback --yes")
	s.holds(files)
	s.awaits("systemctl show -P StatusText pvefw | grep -q 'are what the files ask for'", time.Minute)
	s.holds(files)
}

// applyNew applies other files. Whoever is at work for a moment is waited for.
func applyNew(within string) string {
	return "until pvefw apply --yes --i-know --max-removed 100% --confirm-within " + within + " /root/new > /tmp/said 2>&1; do grep 'another pvefw' /tmp/said || { cat /tmp/said; exit 1; }; sleep 0.2; done; cat /tmp/said"
}

// A service that hangs is killed and started anew, one that only waits for its next
// pass is not.
func (s *system) watchdog() {
	rules := s.inForce()
	s.dropIn("/usr/bin/pvefw start --foreground --interval 10m", "15s")
	s.must("systemctl restart pvefw")
	s.prints("sleep 25; systemctl show -P NRestarts pvefw", "0")
	s.must("kill -STOP $(systemctl show -P MainPID pvefw)")
	s.awaits(`test "$(systemctl show -P NRestarts -P ActiveState pvefw | sort | xargs)" = "1 active"`, 2*time.Minute)
	s.must("journalctl -b -u pvefw --no-pager | grep -i 'watchdog timeout'")
	s.holds(rules)
}

func (s *system) stopKeepsTheRules() {
	rules := s.inForce()
	s.must("systemctl stop pvefw")
	s.prints("systemctl show -P ActiveState -P Result pvefw", "inactive\nsuccess")
	s.holds(rules)
	s.must("pvefw start")
	s.prints("systemctl is-active pvefw", "active")
	s.must("pvefw stop --yes")
	s.prints("nft list ruleset; systemctl is-active pvefw || true", "inactive")
	s.must("pvefw rollback --yes")
	s.holds(rules)
}

// The service would put things in order before anybody sees that they are not.
func (s *system) drift() {
	s.must("systemctl start pvefw-drift.service")
	s.must("nft add rule inet pvefw host-in-4 tcp dport 31337 accept")
	if said := s.run("systemctl start pvefw-drift.service"); said.Code == 0 {
		s.t.Error("a rule that somebody added is no failure")
	}
	s.prints("systemctl show -P Result -P ExecMainStatus pvefw-drift.service", "exit-code\n1")
	s.must("journalctl -b -u pvefw-drift -o cat --no-pager | grep 31337")
	s.must("pvefw update")
	s.must("systemctl start pvefw-drift.service && systemctl show -P Result pvefw-drift.service | grep success")
}

// login runs a line in a session of its own: a scope, as a login has one. The session
// stays when the line has ended.
func (s *system) login(line string) {
	s.t.Helper()
	s.must("rm -f /tmp/done; systemd-run -q --scope --slice=user.slice --unit=session-7.scope setsid bash -c " + quoted(line+"; echo $? > /tmp/done; sleep 1000") + " >/dev/null 2>&1 </dev/null &")
	s.awaits("test -s /tmp/done", 2*time.Minute)
	s.prints("cat /tmp/done", "0")
}

// logout ends everything that belongs to it.
func (s *system) logout() {
	s.t.Helper()
	s.must("systemctl kill -s KILL session-7.scope")
	s.awaits("! systemctl is-active -q session-7.scope", time.Minute)
}

func (s *system) aSessionEnds() {
	old := s.inForce()
	s.login(applyNew("20s"))
	changed := s.inForce()
	if changed == old {
		s.t.Fatal("nothing was changed")
	}
	s.logout()
	s.must("systemctl is-active " + s.watcher() + " && systemctl show -P Slice " + s.watcher() + " | grep '^system.slice$'")
	s.holds(changed)
	s.returns(old, time.Minute)
	s.awaits("! systemctl list-units --all 'pvefw-supervise-*' | grep pvefw-supervise", time.Minute)
	s.must("pvefw rollback --list | head -n 3 | grep 'nobody confirmed it within 20s'")
}

// watcher is the unit that takes the pending change back.
func (s *system) watcher() string {
	s.t.Helper()
	units := strings.Fields(s.must("systemctl list-units --plain --no-legend 'pvefw-supervise-*' | cut -d' ' -f1"))
	if len(units) != 1 {
		s.t.Fatalf("%d units watch: %v", len(units), units)
	}
	return units[0]
}

func (s *system) aWatcherIsKilled() {
	old := s.inForce()
	s.login(applyNew("20s"))
	s.logout()
	unit := s.watcher()
	first := s.number(unit, "MainPID")
	s.must(fmt.Sprintf("kill -KILL %d", first))
	s.awaits(fmt.Sprintf("p=$(systemctl show -P MainPID %s); test $p != 0 -a $p != %d", unit, first), time.Minute)
	s.prints("systemctl show -P NRestarts "+unit, "1")
	s.returns(old, time.Minute)
}

func (s *system) confirmKeeps() {
	old := s.inForce()
	s.must(applyNew("2m"))
	changed := s.inForce()
	s.prints("pvefw confirm 2>&1 | grep -c 'the session is older than the rules'", "1")
	s.must("systemd-run -q --wait --pipe pvefw confirm")
	s.awaits("! systemctl list-units --all 'pvefw-supervise-*' | grep pvefw-supervise", time.Minute)
	s.holds(changed)
	s.must("pvefw rollback --yes")
	s.holds(old)
}

// comesBack ends a boot with a pending change, and looks at the next one: the rules
// from before are in force before the first interface is up.
func (s *system) comesBack(end func()) {
	s.must("pvefw update")
	old := s.inForce()
	s.must(applyNew("1h"))
	if s.inForce() == old {
		s.t.Fatal("nothing was changed")
	}
	end()
	s.must("grep 'tcp dport 8443 .*cluster.fw' /run/rules-before-network && ! grep 'dport 4321' /run/rules-before-network")
	s.must("journalctl -b -u pvefw-boot -o cat --no-pager | grep 'was taken back: the machine was booted before anybody confirmed it'")
	if boot, network := s.number("pvefw-boot", "ExecMainExitTimestampMonotonic"), s.number("networking", "ExecMainStartTimestampMonotonic"); boot == 0 || network == 0 || boot >= network {
		s.t.Errorf("rules at %dµs, network from %dµs", boot, network)
	}
	s.awaits("systemctl is-active -q pvefw", 2*time.Minute)
	s.holds(old)
	s.prints("cat /proc/sys/net/bridge/bridge-nf-call-iptables /proc/sys/net/netfilter/nf_conntrack_max", "0\n300000")
}

func (s *system) reboot() {
	s.t.Helper()
	s.run("systemctl reboot")
	if err := s.m.Off(systemLimit); err != nil {
		s.t.Fatal(err)
	}
	s.boot(nil)
}

// cutPower loses what is not on the disk.
func (s *system) cutPower() {
	s.t.Helper()
	if err := s.m.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.boot(nil)
}
