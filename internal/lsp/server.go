package lsp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/session"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// Options are what a server needs from the program it is part of.
type Options struct {
	Version string
	// Open makes the session of a CONFIG. Whenever that is read, the settings are those
	// that the client has then.
	Open func(path string, set func() Settings) session.Options
	// Alone is Open for a text that is in no CONFIG, which may be on no disk.
	Alone func(name string, text func() []byte, set func() Settings) session.Options
	Help  func(*diag.Rule) string // the address of a rule's page; empty for none
	Log   io.Writer               // for people who look for a fault; never nil
	// Settle is how long a text must rest until everything is looked at again.
	Settle time.Duration
}

// Serve talks to one client until it says exit or goes away. clean tells that it took
// its leave as the protocol wants it.
func Serve(ctx context.Context, in io.Reader, out io.Writer, opt Options) (clean bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return newServer(ctx, opt).serve(in, out)
}

func (s *server) serve(in io.Reader, out io.Writer) (clean bool, err error) {
	s.conn = jsonrpc2.NewConn(newStream(in, out), jsonrpc2.WithCodec(codec{}))
	s.conn.Go(s.ctx, s.handle)
	select {
	case <-s.exit:
	case <-s.conn.Done():
	}
	select {
	case <-s.exit: // even where the client hangs up right behind it
		return s.state.is(shutDown), nil
	default:
		return false, s.conn.Err()
	}
}

// server is one connection.
type server struct {
	ctx  context.Context // ends with the connection
	opt  Options
	conn jsonrpc2.Conn
	rows []method
	// methods are the rows by name.
	methods map[string]*method
	state   state
	exit    chan struct{}
	leave   sync.Once
	busy    chan struct{} // room for requests that are being answered
	running requests

	client client // set by initialize, before anything else reads it
	docs   docs
	roots  roots

	settings settings
	shown    shown

	colours colourings
}

// mostBusy is how many requests are answered side by side.
const mostBusy = 64

func newServer(ctx context.Context, opt Options) *server {
	s := &server{
		ctx: ctx, opt: opt, rows: table(), methods: map[string]*method{}, exit: make(chan struct{}), busy: make(chan struct{}, mostBusy),
		docs:    docs{open: map[string]*openDoc{}},
		roots:   roots{open: map[string]*root{}},
		shown:   shown{last: map[string]string{}},
		colours: colourings{last: map[string]colouring{}},
		running: requests{byID: map[jsonrpc2.ID]context.CancelFunc{}},
	}
	for i := range s.rows {
		s.methods[s.rows[i].name] = &s.rows[i]
	}
	return s
}

// handle takes one message. Those that come later wait until it has begun.
func (s *server) handle(ctx context.Context, req *jsonrpc2.Request) (any, error) {
	m := s.methods[req.Method()]
	if err := s.state.admits(req); err != nil || m == nil {
		return s.declined(req, err)
	}
	work, err := s.begin(m, req)
	if !req.IsCall() {
		if err != nil {
			s.log("%s: %v", req.Method(), err)
		}
		return nil, nil // an error would end the connection
	}
	if err != nil || work == nil {
		return nil, err
	}
	if m.alone {
		return s.finish(s.ctx, m.name, work)
	}
	s.busy <- struct{}{}
	defer func() { <-s.busy }()
	own, done := s.running.begin(s.ctx, req.ID())
	defer done()
	jsonrpc2.Async(ctx)
	return s.finish(own, m.name, work)
}

// declined is the answer to what there is no row for, or not now.
func (s *server) declined(req *jsonrpc2.Request, err error) (any, error) {
	switch {
	case !req.IsCall():
		return nil, nil
	case err != nil:
		return nil, err
	}
	return nil, jsonrpc2.NewError(jsonrpc2.MethodNotFound, "there is no method "+diag.Visible(req.Method()))
}

func (s *server) begin(m *method, req *jsonrpc2.Request) (w work, err error) {
	defer s.contain(m.name, &err)
	return m.begin(s, req.Params())
}

func (s *server) finish(ctx context.Context, name string, w work) (result any, err error) {
	defer s.contain(name, &err)
	result, err = w(ctx)
	var e *jsonrpc2.Error
	switch {
	case err == nil, errors.As(err, &e):
		return result, err
	case session.Stopped(err):
		return nil, protocol.ErrRequestCancelled
	}
	s.log("%s: %v", name, err)
	return nil, jsonrpc2.NewError(jsonrpc2.InternalError, diag.Visible(err.Error()))
}

// contain turns a panic into an error of the one request.
func (s *server) contain(name string, err *error) {
	p := recover()
	if p == nil {
		return
	}
	s.log("%s: internal error: %v\n%s", name, p, debug.Stack())
	*err = jsonrpc2.NewError(jsonrpc2.InternalError, "internal error: "+diag.Visible(fmt.Sprint(p))+"; please report it with the file that shows it")
	s.tell(protocol.MessageTypeError, "pvefw: internal error in "+name+": "+diag.Visible(fmt.Sprint(p)))
}

func (s *server) log(format string, args ...any) {
	fmt.Fprintf(s.opt.Log, "%s pvefw lsp: %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

// tell puts a sentence into the client's log.
func (s *server) tell(kind protocol.MessageType, text string) {
	s.notify(protocol.MethodWindowLogMessage, &protocol.LogMessageParams{Type: kind, Message: text})
}

// notify sends a notification; a client that has gone away misses it.
func (s *server) notify(method string, params any) {
	if err := s.conn.Notify(s.ctx, method, params); err != nil {
		s.log("%s: %v", method, err)
	}
}

// codec reads and writes what messages carry.
type codec struct{}

func (codec) Marshal(v any) ([]byte, error) { return protocol.Marshal(v) }

func (codec) Unmarshal(data []byte, v any) error { return protocol.Unmarshal(data, v) }
