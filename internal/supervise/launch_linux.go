package supervise

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// Launch starts those who take a change back: one under the service manager where
// there is one, which starts it anew; else two that do that for each other. Neither
// belongs to the session that it is called from. args are those of the command that
// watches.
func (s *Store) Launch(id int, args ...string) error {
	if s.machine.exists("run/systemd/system") {
		if err := s.Await(id, 1, func() error { return underManager(id, args) }); err == nil {
			return nil
		}
	}
	return s.Await(id, slots, func() error { return Detach(args...) })
}

// underManager makes a transient unit of systemd. A watcher that exits in peace has
// nothing left to do; one that was killed is started anew.
func underManager(id int, args []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	command := append([]string{"--unit=pvefw-supervise-" + strconv.Itoa(id), "--collect", "--quiet",
		"--description=pvefw takes change " + strconv.Itoa(id) + " back unless it is confirmed",
		"--property=Restart=always", "--property=RestartSec=200ms", "--property=RestartPreventExitStatus=0",
		"--property=StartLimitIntervalSec=0", "--property=OOMScoreAdjust=-900", "--", self}, args...)
	return exec.Command("systemd-run", append(command, "--alone")...).Run()
}

// Detach starts pvefw anew in a session of its own, with nothing of the caller's open.
func Detach(args ...string) error {
	cmd := exec.Command("/proc/self/exe", args...) // also when the file was replaced
	cmd.Args[0] = "pvefw"
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

func signalEnd(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}
