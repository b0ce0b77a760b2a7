package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/lsp"
	"github.com/pvefw/pvefw/internal/session"
	"github.com/pvefw/pvefw/lint"
	"github.com/spf13/cobra"
)

const lspLong = `Serve an editor: findings while you type, fixes, completion, and everything else
that the Language Server Protocol 3.17 has a word for. Editors start this
command themselves and talk to it over standard input and output.

Every folder of the workspace that looks like a CONFIG is looked at as a whole,
with what its .pvefw.yaml says; a .fw file elsewhere is checked alone, as by
pvefw lint.

The exit code is 0 when the editor takes its leave, and 1 when it just goes
away.`

// settleTime is how long a text rests before everything is looked at again.
const settleTime = 250 * time.Millisecond

// lspRun is one call of lsp.
type lspRun struct {
	*Streams
	configFlags
	policyFlags
	cmd         *cobra.Command
	socket, log string

	mu   sync.Mutex
	book *rulebook // nil until it is needed
}

func lspCommand(s *Streams) *cobra.Command {
	r := &lspRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "lsp",
		Short: "Serve an editor (Language Server Protocol)",
		Long:  lspLong,
		Example: `  pvefw lsp
  pvefw lsp --socket 127.0.0.1:7658 --log lsp.log`,
		Args: atMost(0, ""),
		RunE: func(*cobra.Command, []string) error { return r.run() },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	f.Bool("stdio", true, "talk over standard input and output, which is the default")
	f.StringVar(&r.socket, "socket", "", "wait for one editor at the TCP `ADDRESS`, such as 127.0.0.1:7658")
	f.StringVar(&r.log, "log", "", "write down in `FILE` what goes wrong (default: standard error)")
	r.configFlags.add(r.cmd)
	r.policyFlags.add(r.cmd)
	return r.cmd
}

func (r *lspRun) run() error {
	if err := r.policyFlags.check(r.cmd); err != nil {
		return err
	}
	log, done, err := r.openLog()
	if err != nil {
		return err
	}
	defer done()
	in, out := r.Stdin, r.Stdout
	if r.socket != "" {
		if _, err := net.ResolveTCPAddr("tcp", r.socket); err != nil {
			return usagef(r.cmd, "--socket takes a TCP address such as 127.0.0.1:7658, not \"%s\"", diag.Visible(r.socket))
		}
		conn, err := accept(r.socket)
		if err != nil {
			return failf("cannot wait at %s: %s", diag.Visible(r.socket), reason(err))
		}
		defer conn.Close()
		in, out = conn, conn
	}
	opt := lsp.Options{Version: version(), Open: r.open, Alone: r.alone, Help: helpPage, Log: log, Settle: settleTime}
	clean, err := lsp.Serve(context.Background(), in, out, opt)
	switch {
	case err != nil:
		return failf("the editor is gone: %s", reason(err))
	case !clean:
		return findings()
	}
	return nil
}

func (r *lspRun) openLog() (io.Writer, func(), error) {
	if r.log == "" {
		return r.Stderr, func() {}, nil
	}
	f, err := os.OpenFile(r.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, failf("cannot write %s: %s", diag.Visible(r.log), reason(err))
	}
	return f, func() { f.Close() }, nil
}

// accept waits for one connection.
func accept(address string) (net.Conn, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return l.Accept()
}

// open is the CONFIG at a path.
func (r *lspRun) open(path string, set func() lsp.Settings) session.Options {
	return r.session(set, func() (*load.Loaded, error) {
		opt := r.options(r.Streams)
		opt.Tests = true
		return load.Load(path, opt)
	})
}

// alone is a text by itself.
func (r *lspRun) alone(name string, text func() []byte, set func() lsp.Settings) session.Options {
	return r.session(set, func() (*load.Loaded, error) {
		opt := r.options(r.Streams)
		opt.Stdin, opt.StdinName = bytes.NewReader(text()), name
		return load.Load("-", opt)
	})
}

func (r *lspRun) session(set func() lsp.Settings, read func() (*load.Loaded, error)) session.Options {
	return session.Options{Load: read, Now: time.Now,
		Rules: func(loaded *load.Loaded) (session.Rules, error) { return r.rules(loaded, set()) }}
}

// rules finds out what is in force for a CONFIG, as lint does; the editor's settings
// are as flags.
func (r *lspRun) rules(loaded *load.Loaded, editor lsp.Settings) (session.Rules, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.book == nil {
		book, err := openRulebook()
		if err != nil {
			return session.Rules{}, err
		}
		r.book = book
	}
	set := loaded.Settings
	book, err := r.book.with(r.Streams, &r.policyFlags, set.PolicyPaths()...)
	if err != nil {
		return session.Rules{}, err
	}
	flags := ruleFlags{enable: r.known(book, editor.Enable), disable: r.known(book, editor.Disable)}
	if slices.Contains(dialects, editor.Dialect) {
		flags.dialectFlag = editor.Dialect
	}
	rules, err := flags.rules(r.cmd, set, book)
	if err != nil {
		return session.Rules{}, err
	}
	known, err := baselineOf(loaded)
	if err != nil {
		return session.Rules{}, err
	}
	ignores := newIgnores(set)
	return session.Rules{Judges: book.judges, Options: func() lint.Options {
		opt := rules.options(loaded)
		opt.Known, opt.Ignores = known, ignores.Clone()
		return opt
	}}, nil
}

// known are the codes and categories that there are. An editor's settings may be meant
// for another version, so others are only written down.
func (r *lspRun) known(book *rulebook, codes []string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(code string) bool {
		if !book.knows(code) {
			fmt.Fprintf(r.Stderr, "pvefw: warning: the editor's settings: %s\n", book.unknown(code))
		}
		return !book.knows(code)
	})
}

// baselineOf is the baseline that the settings name; nil without one. Lints take turns
// with it.
func baselineOf(loaded *load.Loaded) (lint.Filter, error) {
	if loaded.Baseline == nil {
		return nil, nil
	}
	b, err := lint.ParseBaseline(loaded.Baseline.Data)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", loaded.Baseline.Name, err)
	}
	var mu sync.Mutex
	filter := b.Filter(relativeTo(loaded.Baseline.Dir, loaded))
	return func(found diag.List, ids []lint.Identity) []bool {
		mu.Lock()
		defer mu.Unlock()
		return filter(found, ids)
	}, nil
}
