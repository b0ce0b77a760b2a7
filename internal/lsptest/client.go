package lsptest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"sync"
	"time"
)

// Patience is how long a test waits for an answer.
const Patience = 60 * time.Second

// Message is what the server sends without being asked.
type Message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *Error          `json:"error"`
}

// Error is an answer that is none.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return fmt.Sprintf("error %d: %s", e.Code, e.Message) }

// Client is one editor.
type Client struct {
	out io.WriteCloser
	// Answer, if set, answers requests of the server; without it they get null.
	Answer func(method string, params json.RawMessage) any

	write   sync.Mutex
	mu      sync.Mutex
	changed *sync.Cond
	next    int
	waiting map[string]chan Message
	texts   map[string]string
	told    map[string]Published
	notices []Message
	broken  error
}

// Published is what the server has published last about a document.
type Published struct {
	Version     *int32
	Diagnostics []Diagnostic
	Times       int
}

// New talks to a server that reads from out and writes to in.
func New(in io.Reader, out io.WriteCloser) *Client {
	c := &Client{out: out, waiting: map[string]chan Message{}, texts: map[string]string{}, told: map[string]Published{}}
	c.changed = sync.NewCond(&c.mu)
	go c.read(bufio.NewReader(in))
	return c
}

func (c *Client) read(in *bufio.Reader) {
	for {
		m, err := readMessage(in)
		if err != nil {
			c.fail(err)
			return
		}
		switch {
		case m.Method == "":
			c.deliver(m)
		case m.ID != nil:
			var result any
			if c.Answer != nil {
				result = c.Answer(m.Method, m.Params)
			}
			go c.send(map[string]any{"id": m.ID, "result": result})
			c.note(m)
		default:
			c.note(m)
		}
	}
}

func readMessage(in *bufio.Reader) (m Message, err error) {
	header, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return m, err
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil || len(header) != 1 {
		return m, fmt.Errorf("this is no header of the protocol: %v", header)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(in, body); err != nil {
		return m, err
	}
	return m, json.Unmarshal(body, &m)
}

// fail ends all waiting.
func (c *Client) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = err
	for id, ch := range c.waiting {
		close(ch)
		delete(c.waiting, id)
	}
	c.changed.Broadcast()
}

func (c *Client) deliver(m Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch := c.waiting[string(m.ID)]; ch != nil {
		ch <- m
		delete(c.waiting, string(m.ID))
		return
	}
	c.notices = append(c.notices, m)
	c.changed.Broadcast()
}

func (c *Client) note(m Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.Method == "textDocument/publishDiagnostics" {
		var p struct {
			URI         string
			Version     *int32
			Diagnostics []Diagnostic
		}
		if err := json.Unmarshal(m.Params, &p); err != nil {
			c.broken = err
		}
		c.told[p.URI] = Published{p.Version, p.Diagnostics, c.told[p.URI].Times + 1}
	} else {
		c.notices = append(c.notices, m)
	}
	c.changed.Broadcast()
}

func (c *Client) send(m map[string]any) error {
	m["jsonrpc"] = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return c.Raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

// Raw sends any bytes.
func (c *Client) Raw(text string) error {
	c.write.Lock()
	defer c.write.Unlock()
	_, err := io.WriteString(c.out, text)
	return err
}

// Notify sends a notification.
func (c *Client) Notify(method string, params any) error {
	return c.send(map[string]any{"method": method, "params": params})
}

// Start sends a request and returns its id and what waits for the answer.
func (c *Client) Start(method string, params any) (id int, wait func(result any) error) {
	ch := make(chan Message, 1)
	c.mu.Lock()
	c.next++
	id = c.next
	c.waiting[strconv.Itoa(id)] = ch
	if c.broken != nil {
		close(ch)
		delete(c.waiting, strconv.Itoa(id))
	}
	c.mu.Unlock()
	err := c.send(map[string]any{"id": id, "method": method, "params": params})
	return id, func(result any) error {
		if err != nil {
			return err
		}
		select {
		case m, ok := <-ch:
			switch {
			case !ok:
				return fmt.Errorf("%s: the server is gone: %w", method, c.broken)
			case m.Error != nil:
				return m.Error
			case result == nil:
				return nil
			}
			return json.Unmarshal(m.Result, result)
		case <-time.After(Patience):
			return errors.New(method + ": no answer")
		}
	}
}

// Call sends a request and decodes its answer into result.
func (c *Client) Call(method string, params, result any) error {
	_, wait := c.Start(method, params)
	return wait(result)
}

// Close hangs up.
func (c *Client) Close() error { return c.out.Close() }
