//go:build linux && amd64

package kernellab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Machine is a booted kernel that answers cases, one at a time. It must be closed.
type Machine struct {
	cmd    *exec.Cmd
	dir    string // holds the initial file system and the console's text
	ask    *json.Encoder
	answer *json.Decoder
	hello  hello
	dead   error
}

// hello is the machine's first message.
type hello struct {
	Kernel  string
	Problem string // why it cannot answer cases
}

const (
	bootLimit   = 2 * time.Minute // seconds on an idle machine; four builds beside it slow emulation a lot
	caseLimit   = time.Minute
	packetLimit = 2 * time.Second
)

// Boot starts a machine. The error is a *MissingError where this system lacks
// what the lab needs, and says what the console said where the boot failed.
func Boot(ctx context.Context) (*Machine, error) {
	s, err := findSupplies()
	if err != nil {
		return nil, err
	}
	files, err := s.rootFiles()
	if err != nil {
		return nil, err
	}
	return s.boot(ctx, files, jobsMode)
}

// boot starts the emulator with an initial file system, and waits for the greeting.
func (s *supplies) boot(ctx context.Context, files map[string][]byte, mode string, devices ...string) (*Machine, error) {
	m := &Machine{}
	var err error
	if m.dir, err = os.MkdirTemp("", "kernellab"); err != nil {
		return nil, err
	}
	if err := os.WriteFile(m.path("initrd"), archive(files), 0o600); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	if err := m.start(s, mode, devices); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	if err := m.receive(ctx, bootLimit, &m.hello); err != nil {
		return nil, errors.Join(fmt.Errorf("the machine did not start: %w", err), m.Close())
	}
	if m.hello.Problem != "" {
		return nil, errors.Join(fmt.Errorf("the machine did not start: %s", m.hello.Problem), m.Close())
	}
	return m, os.Remove(m.path("initrd"))
}

func (m *Machine) path(name string) string { return filepath.Join(m.dir, name) }

// start runs the emulator. KVM is not used even where it exists: what is tested
// should not depend on who runs the tests. The kernel does not check its timer, because on
// a busy machine an emulated one looks broken to it.
func (m *Machine) start(s *supplies, mode string, devices []string) error {
	args := []string{"-accel", "tcg,tb-size=256", "-cpu", "max", "-smp", "1", "-m", "768",
		"-display", "none", "-nodefaults", "-no-user-config", "-no-reboot", "-nic", "none",
		"-kernel", s.kernel, "-initrd", m.path("initrd"),
		"-serial", "file:" + m.path("console"), "-monitor", "none",
		"-chardev", "stdio,id=lab,signal=off", "-device", "virtio-serial", "-device", "virtserialport,chardev=lab,name=lab",
		"-append", "console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off no_timer_check random.trust_cpu=on rdinit=/init " + initVariable + "=" + mode}
	m.cmd = exec.Command(s.emulator, append(args, devices...)...)
	in, err := m.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	complaints, err := os.Create(m.path("emulator"))
	if err != nil {
		return err
	}
	defer complaints.Close()
	m.cmd.Stderr = complaints
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // a test that is killed leaves no machine behind
	m.ask, m.answer = json.NewEncoder(in), json.NewDecoder(out)
	return m.cmd.Start()
}

// Kernel is the release of the kernel under test.
func (m *Machine) Kernel() string { return m.hello.Kernel }

// Run answers a case. After an error of the line the machine answers no more.
func (m *Machine) Run(ctx context.Context, c Case) (Report, error) {
	limit := caseLimit + time.Duration(len(c.Packets))*(packetLimit+c.Patience)
	r, err := m.put(ctx, order{Case: c}, limit)
	return r.Report, err
}

// Do runs a job, for as long as it may take.
func (m *Machine) Do(ctx context.Context, job string, argument []byte, limit time.Duration) ([]byte, error) {
	r, err := m.put(ctx, order{call: call{job, argument}}, limit)
	return r.Result, err
}

func (m *Machine) put(ctx context.Context, q order, limit time.Duration) (r response, err error) {
	if m.dead != nil {
		return r, m.dead
	}
	if m.dead = m.ask.Encode(q); m.dead != nil {
		return r, m.dead
	}
	if m.dead = m.receive(ctx, limit, &r); m.dead != nil {
		return response{}, m.dead
	}
	if r.Problem != "" {
		return response{}, errors.New(r.Problem)
	}
	return r, nil
}

// receive reads one message or kills the machine.
func (m *Machine) receive(ctx context.Context, limit time.Duration, into any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- m.answer.Decode(into) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = fmt.Errorf("no answer: %w", ctx.Err())
		_ = m.cmd.Process.Kill()
		<-done
	}
	if err != nil {
		return fmt.Errorf("%w; console: %s; emulator: %s", err, m.tail("console"), m.tail("emulator"))
	}
	return nil
}

// tail is the end of what the kernel or the emulator printed.
func (m *Machine) tail(name string) []byte {
	text, err := os.ReadFile(m.path(name))
	if err != nil {
		return []byte(err.Error())
	}
	return bytes.TrimSpace(text[max(0, len(text)-2000):])
}

// Off waits until the machine has switched itself off, which a reboot does as well.
func (m *Machine) Off(limit time.Duration) error {
	timer := time.AfterFunc(limit, func() { _ = m.cmd.Process.Kill() })
	_ = m.cmd.Wait()
	if !timer.Stop() {
		return fmt.Errorf("the machine does not switch itself off; console: %s", m.tail("console"))
	}
	return nil
}

// Close ends the machine and removes what it kept on disk.
func (m *Machine) Close() error {
	if m.cmd != nil && m.cmd.Process != nil {
		_ = m.cmd.Process.Kill()
		_ = m.cmd.Wait()
	}
	return os.RemoveAll(m.dir)
}
