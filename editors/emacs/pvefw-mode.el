;;; pvefw-mode.el --- Proxmox VE firewall files  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages, tools
;; URL: https://github.com/pvefw/pvefw

;;; Commentary:

;; Colours for the .fw files of Proxmox VE, and eglot's way to `pvefw lsp'.
;; The lists of words come from internal/facts: PVEFW_UPDATE=1 go test ./editors.

;;; Code:

(defgroup pvefw nil
  "Proxmox VE firewall files."
  :group 'languages)

(defcustom pvefw-program "pvefw"
  "The pvefw command."
  :type 'string)

(defconst pvefw-options
  '("dhcp" "ebtables" "enable" "ipfilter" "ips" "ips_queues" "layer2_protocols" "log_level_forward" "log_level_in" "log_level_out" "log_nf_conntrack" "log_ratelimit" "macfilter" "ndp" "nf_conntrack_allow_invalid" "nf_conntrack_helpers" "nf_conntrack_max" "nf_conntrack_tcp_timeout_established" "nf_conntrack_tcp_timeout_syn_recv" "nftables" "nosmurfs" "policy_forward" "policy_in" "policy_out" "protection_limit" "protection_synflood" "protection_synflood_burst" "protection_synflood_rate" "radv" "smurf_log_level" "tcp_flags_log_level" "tcpflags"))

(defconst pvefw-log-levels
  '("emerg" "alert" "crit" "err" "warning" "notice" "info" "debug" "nolog"))

(defconst pvefw-helpers
  '("amanda" "ftp" "irc" "netbios-ns" "pptp" "sane" "sip" "snmp" "tftp"))

(defconst pvefw-macros
  '("Amanda" "Auth" "BGP" "BitTorrent" "BitTorrent32" "CVS" "Ceph" "Citrix" "DAAP" "DCC" "DHCPfwd" "DHCPv6" "DNS" "Distcc" "FTP" "Finger" "GNUnet" "GRE" "Git" "HKP" "HTTP" "HTTPS" "ICPV2" "ICQ" "IMAP" "IMAPS" "IPIP" "IPsec" "IPsecah" "IPsecnat" "IRC" "Jetdirect" "L2TP" "LDAP" "LDAPS" "MDNS" "MSNP" "MSSQL" "Mail" "Munin" "MySQL" "NNTP" "NNTPS" "NTP" "NeighborDiscovery" "OSPF" "OpenVPN" "PCA" "PMG" "POP3" "POP3S" "PPtP" "Ping" "PostgreSQL" "Printer" "RDP" "RIP" "RNDC" "Razor" "Rdate" "Rsync" "SANE" "SMB" "SMBswat" "SMTP" "SMTPS" "SNMP" "SPAMD" "SPICEproxy" "SSH" "SVN" "SixXS" "Squid" "Submission" "Syslog" "TFTP" "Telnet" "Telnets" "Time" "Trcrt" "VNC" "VNCL" "Web" "Webcache" "Webmin" "Whois"))

(defconst pvefw-protocols
  '("ip" "hopopt" "icmp" "igmp" "ggp" "ipencap" "st" "tcp" "egp" "igp" "pup" "udp" "hmp" "xns-idp" "rdp" "iso-tp4" "dccp" "xtp" "ddp" "idpr-cmtp" "ipv6" "ipv6-route" "ipv6-frag" "idrp" "rsvp" "gre" "esp" "ah" "skip" "ipv6-icmp" "ipv6-nonxt" "ipv6-opts" "rspf" "vmtp" "eigrp" "ospf" "ax.25" "ipip" "etherip" "encap" "pim" "ipcomp" "vrrp" "l2tp" "isis" "sctp" "fc" "mobility-header" "udplite" "mpls-in-ip" "manet" "hip" "shim6" "wesp" "rohc" "ethernet" "mptcp" "icmpv6"))

(defconst pvefw-icmp-types
  '("TOS-host-redirect" "TOS-host-unreachable" "TOS-network-redirect" "TOS-network-unreachable" "address-mask-reply" "address-mask-request" "address-unreachable" "any" "bad-header" "beyond-scope" "communication-prohibited" "destination-unreachable" "echo-reply" "echo-request" "failed-policy" "fragmentation-needed" "host-precedence-violation" "host-prohibited" "host-redirect" "host-unknown" "host-unreachable" "ip-header-bad" "neighbor-advertisement" "neighbor-solicitation" "neighbour-advertisement" "neighbour-solicitation" "network-prohibited" "network-redirect" "network-unknown" "network-unreachable" "no-route" "packet-too-big" "parameter-problem" "port-unreachable" "precedence-cutoff" "protocol-unreachable" "redirect" "reject-route" "required-option-missing" "router-advertisement" "router-solicitation" "source-quench" "source-route-failed" "time-exceeded" "timestamp-reply" "timestamp-request" "ttl-zero-during-reassembly" "ttl-zero-during-transit" "unknown-header-type" "unknown-option"))

(defconst pvefw--header
  (rx bol (* blank) "["
      (or (seq (or "options" "aliases" "rules") "]" (* blank) eol)
          (seq (or "ipset" "group") (+ space) (+ (not (any " \t\n]"))) "]")))
  "A section header; to be matched without regard to case.")

(defun pvefw--value (flags words)
  "A regexp of FLAGS, the one blank that they need, and one of WORDS."
  (concat "[ \t]\\(" flags "\\) " (regexp-opt words "\\(") "\\(?:[ \t#]\\|$\\)"))

(defun pvefw--action (limit)
  "Find the next action before LIMIT; only capitals are one."
  (let ((case-fold-search nil))
    (re-search-forward
     "^[ \t]*[A-Za-z]+[ \t]+\\(?:[^ \t\n#(]+(\\)?\\(ACCEPT\\|DROP\\|REJECT\\)\\(?:[) \t#]\\|$\\)" limit t)))

(defvar-local pvefw--last nil
  "The section that was looked at last: tick of the buffer, start, end, word.")

(defun pvefw--section ()
  "The word of the header that point stands below, in capitals."
  (pcase pvefw--last
    (`(,(pred (= (buffer-chars-modified-tick))) ,start ,end ,word)
     (if (and (< start (point)) (<= (point) end)) word (pvefw--look)))
    (_ (pvefw--look))))

(defun pvefw--look ()
  "Find out what `pvefw--section' gives, and keep it."
  (save-excursion
    (save-match-data
      (let* ((end (save-excursion
                    (if (re-search-forward pvefw--header nil t) (match-beginning 0) (point-max))))
             (start (if (re-search-backward pvefw--header nil t) (point) (1- (point-min))))
             (word (and (looking-at "[ \t]*\\[\\([A-Za-z]+\\)") (upcase (match-string 1)))))
        (setq pvefw--last (list (buffer-chars-modified-tick) start end word))
        word))))

(defun pvefw--find (section regexp limit)
  "Find REGEXP before LIMIT, in a section of the kind SECTION."
  (let (found)
    (while (and (setq found (re-search-forward regexp limit t))
                (not (equal (pvefw--section) section))))
    found))

(defun pvefw--alias (limit)
  "Find the next name in front of one blank and an address before LIMIT."
  (pvefw--find "ALIASES" "^[ \t]*\\([^][ \t\n#]+\\)[ \t][^ \t\n#]" limit))

(defun pvefw--entry (limit)
  "Find the next alias in a set before LIMIT."
  (pvefw--find "IPSET" "^[ \t]*!?[ \t]*\\(\\(?:\\(?:dc\\|guest\\)/\\)?[A-Za-z][A-Za-z0-9_-]+\\)[ \t]*\\(?:#\\|$\\)" limit))

(defconst pvefw-font-lock-keywords
  `(("^[ \t]*|.*$" 0 font-lock-comment-face t)
    ("^[ \t]*\\[\\(OPTIONS\\|ALIASES\\|RULES\\)\\][ \t]*$" 1 font-lock-keyword-face)
    ("^[ \t]*\\[\\(IPSET\\|GROUP\\)[ \t]+\\([^] \t\n]+\\)\\]"
     (1 font-lock-keyword-face) (2 font-lock-type-face))
    (,(concat "^[ \t]*" (regexp-opt pvefw-options "\\(") ":[ \t]*\\(.*\\)$")
     (1 font-lock-variable-name-face)
     (,(concat "\\_<\\(?:" (regexp-opt '("ACCEPT" "DROP" "REJECT")) "\\|\\("
               (regexp-opt (append pvefw-log-levels pvefw-helpers)) "\\)\\|[0-9]+\\)\\_>")
      (progn (goto-char (match-beginning 2)) (line-end-position)) nil
      (0 font-lock-constant-face)))
    ("^[ \t]*\\(GROUP\\)[ \t]+\\([^ \t\n#]+\\)"
     (1 font-lock-type-face) (2 font-lock-function-name-face))
    ("^[ \t]*\\(IN\\|OUT\\|FORWARD\\)[ \t]" 1 font-lock-type-face)
    (,(concat "^[ \t]*\\(?:IN\\|OUT\\|FORWARD\\)[ \t]+" (regexp-opt pvefw-macros "\\(") "(")
     1 font-lock-function-name-face)
    (pvefw--action 1 font-lock-keyword-face)
    (pvefw--alias 1 font-lock-variable-name-face)
    (pvefw--entry 1 font-lock-variable-name-face)
    ("[ \t]\\(-i\\|-p\\|--?\\(?:proto\\|source\\|dest\\|[ds]port\\|log\\|icmp-type\\)\\) [^ \t\n#]"
     1 font-lock-builtin-face)
    (,(pvefw--value "-p\\|--?proto" pvefw-protocols) 2 font-lock-constant-face)
    (,(pvefw--value "--?log" pvefw-log-levels) 2 font-lock-constant-face)
    (,(pvefw--value "--?icmp-type" pvefw-icmp-types) 2 font-lock-constant-face)
    ("--?\\(?:source\\|dest\\) \\(\\+\\(?:\\(?:dc\\|guest\\|sdn\\)/\\)?[A-Za-z][A-Za-z0-9_-]*\\)"
     1 font-lock-type-face)
    ("--?\\(?:source\\|dest\\) \\(\\(?:\\(?:dc\\|guest\\)/\\)?[A-Za-z][A-Za-z0-9_-]+\\)\\(?:[ \t#]\\|$\\)"
     1 font-lock-variable-name-face)
    ("^[ \t]*!" 0 font-lock-negation-char-face)
    ("--?[ds]port \\([0-9][0-9:,]*\\)" 1 font-lock-constant-face)
    ("\\(?:^\\|[ \t!,-]\\)\\([0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*\\(?:/[0-9]+\\)?\\)" 1 font-lock-constant-face)
    ("\\_<[0-9]\\{1,3\\}\\(?:\\.[0-9]\\{1,3\\}\\)\\{3\\}\\(?:/[0-9]+\\)?" 0 font-lock-constant-face))
  "Colours; what Proxmox would not read as a flag or an option has none.")

(defvar pvefw-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (dolist (mark '(?\" ?= ?, ?: ?/ ?! ?+ ?|))
      (modify-syntax-entry mark "." table))
    table))

;;;###autoload
(define-derived-mode pvefw-mode prog-mode "pvefw"
  "Major mode for Proxmox VE firewall files."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+ *")
  (setq-local comment-end "")
  (setq-local font-lock-defaults '(pvefw-font-lock-keywords nil t))
  (setq-local imenu-generic-expression
              '((nil "^[ \t]*\\[\\(\\(?:OPTIONS\\|ALIASES\\|RULES\\)\\)\\][ \t]*$" 1)
                ("IPSet" "^[ \t]*\\[IPSET[ \t]+\\([^] \t\n]+\\)\\]" 1)
                ("Group" "^[ \t]*\\[GROUP[ \t]+\\([^] \t\n]+\\)\\]" 1)))
  (setq-local imenu-case-fold-search t))

(defconst pvefw--path
  (rx (or (seq (or bos "/") (or "cluster" "host" (seq (any "1-9") (** 0 8 digit))) ".fw" eos)
          (seq (or bos "/") (or "vnet" "sdn/firewall") "/" (+ (not (any "/"))) ".fw" eos)))
  "Paths that need no look at the text.")

;;;###autoload
(defun pvefw-detect ()
  "Choose `pvefw-mode' for a firewall file, by the rule of docs/editors.md."
  (if (pvefw-file-p (or buffer-file-name ""))
      (pvefw-mode)
    (fundamental-mode)))

(defun pvefw-file-p (path)
  "Whether PATH, or else the text of the buffer, is that of a firewall file."
  (let ((case-fold-search nil))
    (or (and (string-match-p pvefw--path path) t)
        (and (string-suffix-p ".fw" path)
             (save-excursion
               (goto-char (point-min))
               (let ((limit (line-beginning-position 101)) (case-fold-search t))
                 (and (re-search-forward "^[ \t]*[^# \t\r\n]" limit t)
                      (progn (beginning-of-line) (looking-at-p pvefw--header)))))))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.fw\\'" . pvefw-detect))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((pvefw-mode :language-id "pve-firewall") . (lambda (&rest _) (list pvefw-program "lsp")))))

(provide 'pvefw-mode)
;;; pvefw-mode.el ends here
