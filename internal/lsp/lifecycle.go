package lsp

import (
	"context"
	"sync/atomic"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// phase is how far the client has come.
type phase int32

const (
	fresh phase = iota
	running
	shutDown
)

type state struct{ at atomic.Int32 }

func (s *state) is(p phase) bool { return phase(s.at.Load()) == p }

func (s *state) set(p phase) { s.at.Store(int32(p)) }

// admits says why a message cannot be taken now.
func (s *state) admits(req *jsonrpc2.Request) error {
	first, last := req.Method() == protocol.MethodInitialize, req.Method() == protocol.MethodExit
	switch {
	case last:
	case s.is(fresh) && !first:
		return jsonrpc2.NewError(serverNotInitialized, "initialize comes first")
	case s.is(running) && first:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "initialize comes once only")
	case s.is(shutDown):
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the server is shut down")
	}
	return nil
}

// serverNotInitialized is the code that the protocol has for that.
const serverNotInitialized jsonrpc2.Code = -32002

// client is what the client has said about itself.
type client struct {
	utf8            bool // columns are bytes
	pulls           bool // it asks for the diagnostics of documents
	refreshes       bool // and does so again when it is told to
	documentChanges bool // edits come with the version of their document
	watches         bool // files can be watched
	configures      bool // it has settings of its own
	progress        bool
	disables        bool // it shows actions that cannot be taken, with the reason
	caps            protocol.ClientCapabilities
}

func newClient(caps protocol.ClientCapabilities) client {
	c := client{caps: caps}
	if g := caps.General; g != nil {
		for _, e := range g.PositionEncodings {
			c.utf8 = c.utf8 || e == protocol.PositionEncodingKindUTF8
		}
	}
	if d := caps.TextDocument; d != nil {
		c.pulls = d.Diagnostic != nil
		c.disables = d.CodeAction != nil && given(d.CodeAction.DisabledSupport)
	}
	if w := caps.Workspace; w != nil {
		c.refreshes = w.Diagnostics != nil && given(w.Diagnostics.RefreshSupport)
		c.documentChanges = w.WorkspaceEdit != nil && given(w.WorkspaceEdit.DocumentChanges)
		c.watches = w.DidChangeWatchedFiles != nil && given(w.DidChangeWatchedFiles.DynamicRegistration)
		c.configures = given(w.Configuration)
	}
	if w := caps.Window; w != nil {
		c.progress = given(w.WorkDoneProgress)
	}
	return c
}

func given(b *bool) bool { return b != nil && *b }

func (s *server) initialize(p *protocol.InitializeParams) (work, error) {
	s.client = newClient(p.Capabilities)
	s.state.set(running)
	for _, folder := range foldersOf(p) {
		s.roots.folders = append(s.roots.folders, pathOf(folder))
	}
	s.settings.read(p.InitializationOptions)
	result := &protocol.InitializeResult{Capabilities: s.capabilities(), ServerInfo: protocol.ServerInfo{Name: "pvefw", Version: protocol.NewOptional(s.opt.Version)}}
	return answer(result), nil
}

// answer is work that is done already.
func answer(result any) work { return func(context.Context) (any, error) { return result, nil } }

func foldersOf(p *protocol.InitializeParams) []uri.URI {
	var out []uri.URI
	if folders, ok := p.WorkspaceFolders.Get(); ok {
		for _, f := range folders {
			out = append(out, uri.URI(f.URI))
		}
	}
	//lint:ignore SA1019 editors that know no folders say this
	if root := p.RootURI; len(out) == 0 && root != nil {
		out = append(out, *root)
	}
	return out
}

// capabilities are what the rows of the table offer.
func (s *server) capabilities() protocol.ServerCapabilities {
	c := protocol.ServerCapabilities{PositionEncoding: protocol.PositionEncodingKindUTF16}
	if s.client.utf8 {
		c.PositionEncoding = protocol.PositionEncodingKindUTF8
	}
	yes, incremental := true, protocol.TextDocumentSyncKindIncremental
	c.TextDocumentSync = &protocol.TextDocumentSyncOptions{OpenClose: &yes, Change: &incremental, Save: protocol.Boolean(true)}
	c.Workspace = &protocol.WorkspaceOptions{WorkspaceFolders: &protocol.WorkspaceFoldersServerCapabilities{
		Supported: &yes, ChangeNotifications: protocol.Boolean(true)}}
	for _, m := range s.rows {
		if m.offer != nil {
			m.offer(&c)
		}
	}
	return c
}

func (s *server) initialized(*protocol.InitializedParams) (work, error) {
	s.register()
	s.openFolders()
	s.askSettings()
	return nil, nil
}

func (s *server) shutdown(*protocol.LSPAny) (work, error) {
	s.state.set(shutDown)
	s.roots.close()
	return nil, nil
}

func (s *server) leaveNow(*protocol.LSPAny) (work, error) {
	s.leave.Do(func() { close(s.exit) })
	return nil, nil
}

func (s *server) cancel(p *protocol.CancelParams) (work, error) {
	switch id := p.ID.(type) {
	case protocol.Integer:
		s.running.cancel(jsonrpc2.NewNumberID(int64(id)))
	case protocol.String:
		s.running.cancel(jsonrpc2.NewStringID(string(id)))
	}
	return nil, nil
}

// watched are the files that a CONFIG is read from.
var watched = []protocol.Pattern{
	"**/*.fw", "**/{qemu-server,lxc}/*.conf", "**/[0-9]*.conf", "**/{corosync.conf,datacenter.cfg,storage.cfg,.vmlist,.pvefw.yaml}", "**/sdn/.running-config",
}

// register asks the client to tell about files that change on disk.
func (s *server) register() {
	if !s.client.watches {
		return
	}
	var list []protocol.FileSystemWatcher
	for _, pattern := range watched {
		list = append(list, protocol.FileSystemWatcher{GlobPattern: pattern})
	}
	options := encoded(&protocol.DidChangeWatchedFilesRegistrationOptions{Watchers: list})
	go s.ask(protocol.MethodClientRegisterCapability, &protocol.RegistrationParams{Registrations: []protocol.Registration{{
		ID: "watched files", Method: protocol.MethodWorkspaceDidChangeWatchedFiles, RegisterOptions: options}}})
}

// ask sends a request whose answer holds nothing of interest.
func (s *server) ask(method string, params any) {
	if _, err := s.conn.Call(s.ctx, method, params, nil); err != nil {
		s.log("%s: %v", method, err)
	}
}
