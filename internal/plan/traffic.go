package plan

// Traffic is what the changes do to packets.
type Traffic struct {
	Class     string    `json:"class"` // equal, wider, narrower, incomparable, or unknown
	Compared  int       `json:"compared"`
	Unknown   int       `json:"unknown"` // lists that were too much work to compare
	Endpoints []Affects `json:"endpoints"`
	More      int       `json:"more"` // endpoints that are not in Endpoints

	// Beyond are changed chains and sets that no packet with IP meets: what guests send
	// besides, and what nothing leads to. Nobody compared what they do.
	Beyond []string `json:"beyond"`

	Note string `json:"note,omitempty"`
}

// Affects is what happens to the packets of one endpoint, or of several to which the
// same happens.
type Affects struct {
	Names     []string `json:"endpoints"` // host, forward, vnet NAME, vm100/net0
	Direction string   `json:"direction"`
	Families  []string `json:"families"`
	Class     string   `json:"class"`
	Presence  string   `json:"presence"` // stays, appears, vanishes
	Unknown   bool     `json:"unknown"`
	Fates     []Fate   `json:"changes"`
}

// Fate is packets to which something else happens than before.
type Fate struct {
	Effect  string   `json:"effect"` // opens, closes, answers, inspects, log
	Was     string   `json:"was"`
	Is      string   `json:"is"`
	Packets []string `json:"packets"` // boxes in words
	More    bool     `json:"more"`    // there are further boxes
	Before  Decider  `json:"before"`
	After   Decider  `json:"after"`
	Witness string   `json:"witness"` // one of the packets
}

// Decider is what decides about packets.
type Decider struct {
	Place string `json:"place"` // FILE:LINE; empty for what stands in no file
	Text  string `json:"text"`  // the rule
}

// mostEndpoints bounds Traffic.Endpoints.
const mostEndpoints = 200

// Add takes an endpoint in, or counts it where there are enough.
func (t *Traffic) Add(a Affects) {
	if len(t.Endpoints) == mostEndpoints {
		t.More++
		return
	}
	t.Endpoints = append(t.Endpoints, a)
}

// NotCompared takes in a changed part that no endpoint's packets meet, if there is room.
func (t *Traffic) NotCompared(part string) {
	if len(t.Beyond) < mostEndpoints {
		t.Beyond = append(t.Beyond, part)
	}
}

// Tell adds to a plan what its changes do to packets.
func (p *Plan) Tell(t *Traffic) {
	p.Traffic = t
	p.Mark = p.Fingerprint()
}
