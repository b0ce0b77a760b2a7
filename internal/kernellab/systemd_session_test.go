package kernellab

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Who takes a change back is a unit of its own, and needs neither the session that the
// change came from nor the service, which does not run here.
func TestSystemdTakesChangesBack(t *testing.T) {
	s := newSystem(t)
	s.must("pvefw update")
	s.part("a session ends", s.aSessionEnds)
	s.part("a session ends in the middle", s.aSessionEndsInTheMiddle)
	s.part("a watcher is killed", s.aWatcherIsKilled)
	s.part("confirm keeps", s.confirmKeeps)
}

// begins runs a line in a session of its own: a scope, as a login has one. The session
// stays when the line has ended.
func (s *system) begins(line string) {
	s.t.Helper()
	s.must("rm -f /tmp/done; systemd-run -q --scope --slice=user.slice --unit=session-7.scope setsid bash -c " + quoted(line+"; echo $? > /tmp/done; sleep 1000") + " >/dev/null 2>&1 </dev/null &")
}

// login is begins, and waits until the line has ended well.
func (s *system) login(line string) {
	s.t.Helper()
	s.begins(line)
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
	s.login(applyNew("30s"))
	changed := s.inForce()
	if changed == old {
		s.t.Fatal("nothing was changed")
	}
	s.logout()
	s.must("systemctl is-active " + s.watcher() + " && systemctl show -P Slice " + s.watcher() + " | grep '^system.slice$'")
	s.holds(changed)
	s.returns(old, time.Minute)
	s.undone()
	s.must("pvefw rollback --list | head -n 3 | grep 'nobody confirmed it within 30s'")
}

// undone waits until nothing is left of a change and of those who watched it.
func (s *system) undone() {
	s.t.Helper()
	s.awaits("! systemctl list-units --all 'pvefw-supervise-*' | grep pvefw-supervise && test ! -e /var/lib/pvefw/pending", time.Minute)
}

// Whenever a session ends that is at a change, even while systemd starts what watches it:
// either nothing has changed, or it is taken back.
func (s *system) aSessionEndsInTheMiddle() {
	old := s.inForce()
	const state = "/var/lib/pvefw/pending"
	struck := 0 // before the command was through
	for _, moment := range []string{state, "/sys/fs/cgroup/system.slice/pvefw-supervise-*", state + "/after"} {
		s.begins(applyNew("10s"))
		s.must("timeout 120 bash -c " + quoted("until compgen -G '"+moment+"'; do :; done; echo 1 > /sys/fs/cgroup/user.slice/session-7.scope/cgroup.kill"))
		struck += s.run("test -e /tmp/done").Code
		s.awaits("! systemctl is-active -q session-7.scope", time.Minute)
		if moment == state {
			s.must("pvefw update") // nobody may have watched yet; then the next command settles it
		}
		s.undone()
		s.holds(old)
		s.must("pvefw rollback --list | head -n 1")
	}
	if struck == 0 {
		s.t.Error("the command was through every time")
	}
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
	s.login(applyNew("30s"))
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
	s.undone()
	s.holds(changed)
	s.must("pvefw rollback --yes")
	s.holds(old)
}
