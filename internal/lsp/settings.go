package lsp

import (
	"encoding/json"
	"sync"

	"go.lsp.dev/protocol"
)

// section is where an editor keeps the server's settings.
const section = "pvefw"

// Settings are what an editor may say. They come on top of .pvefw.yaml, as flags of
// pvefw lint do.
type Settings struct {
	Enable  []string `json:"enable"`  // codes and categories that are told
	Disable []string `json:"disable"` // and those that are not
	Dialect string   `json:"dialect"` // pve-firewall, proxmox-firewall or both
}

// settings are the last ones that the client has sent.
type settings struct {
	mu  sync.Mutex
	now Settings
}

func (s *settings) get() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// read takes settings over; what is none is passed over.
func (s *settings) read(raw []byte) (taken bool) {
	var wrapped map[string]json.RawMessage
	if json.Unmarshal(raw, &wrapped) == nil && wrapped[section] != nil {
		raw = wrapped[section]
	}
	var next *Settings
	if json.Unmarshal(raw, &next) != nil || next == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = *next
	return true
}

// askSettings asks the client for them, if it can tell.
func (s *server) askSettings() {
	if !s.client.configures {
		return
	}
	name := section
	params := &protocol.ConfigurationParams{Items: []protocol.ConfigurationItem{{Section: &name}}}
	go func() {
		var answer []protocol.LSPAny
		if _, err := s.conn.Call(s.ctx, protocol.MethodWorkspaceConfiguration, params, &answer); err != nil {
			s.log("%s: %v", protocol.MethodWorkspaceConfiguration, err)
			return
		}
		if len(answer) == 1 && s.settings.read(answer[0]) {
			s.reloadAll()
		}
	}()
}

// didChangeConfiguration takes the settings that come with it, or asks for them.
func (s *server) didChangeConfiguration(p *protocol.DidChangeConfigurationParams) (work, error) {
	if s.settings.read(p.Settings) {
		s.reloadAll()
	} else {
		s.askSettings()
	}
	return nil, nil
}

func (s *server) reloadAll() {
	for _, r := range s.roots.list() {
		r.reload()
	}
}
