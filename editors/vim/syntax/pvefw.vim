" Vim syntax of Proxmox VE firewall files. Lines are read as Proxmox reads them:
" what it would not take as a flag or an option has no colour.
" The lists of words come from internal/facts: PVEFW_UPDATE=1 go test ./editors.
if exists('b:current_syntax')
  finish
endif
let s:cpo = &cpo
set cpo&vim

syn case match
syn iskeyword @,48-57,_,-,.
syn sync fromstart

" A section lasts until the next header; an unknown header is a line like others.
let s:plain = '^\s*\[\%(NAME\)\]\s*$\c'
let s:named = '^\s*\[\%(NAME\)\s\+[^ \t\]]\+\]\s*\%(#.*\)\?$\c'
let s:any = '\%(' . substitute(s:plain, 'NAME', 'options\\|aliases\\|rules', '') . '\|' . substitute(s:named, 'NAME', 'ipset\\|group', '') . '\)'
for [s:section, s:start, s:lines] in [
      \ ['options', s:plain, 'pvefwOption'],
      \ ['aliases', s:plain, 'pvefwAliasName,pvefwComment'],
      \ ['rules', s:plain, '@pvefwRules'],
      \ ['ipset', s:named, 'pvefwNoMatch,@pvefwAddress,pvefwComment'],
      \ ['group', s:named, '@pvefwRules']]
  exe 'syn region pvefwSection start=/' . substitute(s:start, 'NAME', s:section, '') . '/ end=/' . s:any . '/me=s-1'
        \ . ' contains=pvefwHeader,pvefwCommentLine,' . s:lines
endfor

syn match pvefwCommentLine /^\s*#.*$/ contains=@Spell
syn match pvefwComment /#.*$/ contained contains=@Spell

exe 'syn match pvefwHeader /' . s:any . '/ contained contains=pvefwHeaderWord,pvefwComment'
syn match pvefwHeaderWord /\[\zs\a\+/ contained nextgroup=pvefwHeaderName skipwhite
syn match pvefwHeaderName /[^ \t\]]\+/ contained

" An option line takes no comment: Proxmox drops the line.
syn match pvefwOption /^\s*\%(dhcp\|ebtables\|enable\|ipfilter\|ips\|ips_queues\|layer2_protocols\|log_level_forward\|log_level_in\|log_level_out\|log_nf_conntrack\|log_ratelimit\|macfilter\|ndp\|nf_conntrack_allow_invalid\|nf_conntrack_helpers\|nf_conntrack_max\|nf_conntrack_tcp_timeout_established\|nf_conntrack_tcp_timeout_syn_recv\|nftables\|nosmurfs\|policy_forward\|policy_in\|policy_out\|protection_limit\|protection_synflood\|protection_synflood_burst\|protection_synflood_rate\|radv\|smurf_log_level\|tcp_flags_log_level\|tcpflags\):\c/ contained nextgroup=pvefwOptionValue skipwhite
syn match pvefwOptionValue /\S.*$/ contained contains=pvefwPolicy,pvefwLevel,pvefwHelper,pvefwNumber,pvefwNoComment
syn match pvefwPolicy /\<\%(accept\|drop\|reject\)\>\c/ contained
syn match pvefwLevel /\<\%(emerg\|alert\|crit\|err\|warning\|notice\|info\|debug\|nolog\)\>\c/ contained
syn match pvefwHelper /\<\%(amanda\|ftp\|irc\|netbios-ns\|pptp\|sane\|sip\|snmp\|tftp\)\>\c/ contained
syn match pvefwNumber /\<\d\+\>/ contained
syn match pvefwNoComment /#.*$/ contained

" One blank between name and address: with two the line vanishes.
syn match pvefwAliasName /^\s*[^ \t#\[]\S*\s\ze\S/ contained nextgroup=@pvefwIP

syn match pvefwNoMatch /^\s*\zs!/ contained

syn cluster pvefwRules contains=pvefwDisabled,pvefwGroupRule,pvefwDirection,pvefwFlag,pvefwComment
syn match pvefwDisabled /^\s*|.*$/ contained
syn match pvefwGroupRule /^\s*group\s\+\c/ contained nextgroup=pvefwGroupName
syn match pvefwGroupName /[^ \t#]\+/ contained
syn match pvefwDirection /^\s*\%(in\|out\|forward\)\s\+\c/ contained nextgroup=pvefwMacroCall,pvefwAction
syn match pvefwMacroCall /[^ \t#(]\+(\@=/ contained contains=pvefwMacro nextgroup=pvefwMacroAction
syn case ignore
syn keyword pvefwMacro contained Amanda Auth BGP BitTorrent BitTorrent32 CVS Ceph Citrix DAAP DCC DHCPfwd DHCPv6 DNS Distcc FTP Finger GNUnet GRE Git HKP HTTP HTTPS ICPV2 ICQ IMAP IMAPS IPIP IPsec IPsecah IPsecnat IRC Jetdirect L2TP LDAP LDAPS MDNS MSNP MSSQL Mail Munin MySQL NNTP NNTPS NTP NeighborDiscovery OSPF OpenVPN PCA PMG POP3 POP3S PPtP Ping PostgreSQL Printer RDP RIP RNDC Razor Rdate Rsync SANE SMB SMBswat SMTP SMTPS SNMP SPAMD SPICEproxy SSH SVN SixXS Squid Submission Syslog TFTP Telnet Telnets Time Trcrt VNC VNCL Web Webcache Webmin Whois
syn case match
syn match pvefwMacroAction /(\%(ACCEPT\|DROP\|REJECT\))/ contained contains=pvefwAction
syn match pvefwAction /\%(ACCEPT\|DROP\|REJECT\)\%([ \t#)]\|$\)\@=/ contained

" A flag has exactly one blank behind it.
syn match pvefwFlag /\%(^\|\s\)\@1<=-i \@=/ contained nextgroup=pvefwInterface skipwhite
syn match pvefwFlag /\%(^\|\s\)\@1<=--\?\%(source\|dest\) \S\@=/ contained nextgroup=@pvefwAddress
syn match pvefwFlag /\%(^\|\s\)\@1<=\%(-p\|--\?proto\) \S\@=/ contained nextgroup=pvefwProtocolValue
syn match pvefwFlag /\%(^\|\s\)\@1<=--\?[ds]port \S\@=/ contained nextgroup=pvefwPorts
syn match pvefwFlag /\%(^\|\s\)\@1<=--\?log \S\@=/ contained nextgroup=pvefwLevel
syn match pvefwFlag /\%(^\|\s\)\@1<=--\?icmp-type \S\@=/ contained nextgroup=pvefwICMPTypeValue
syn match pvefwInterface /[^ \t#]\+/ contained
syn match pvefwProtocolValue /[^ \t#]\+/ contained contains=pvefwProtocol,pvefwNumber
syn keyword pvefwProtocol contained ip hopopt icmp igmp ggp ipencap st tcp egp igp pup udp hmp xns-idp rdp iso-tp4 dccp xtp ddp idpr-cmtp ipv6 ipv6-route ipv6-frag idrp rsvp gre esp ah skip ipv6-icmp ipv6-nonxt ipv6-opts rspf vmtp eigrp ospf ax.25 ipip etherip encap pim ipcomp vrrp l2tp isis sctp fc mobility-header udplite mpls-in-ip manet hip shim6 wesp rohc ethernet mptcp icmpv6
syn match pvefwPorts /[^ \t#]\+/ contained contains=pvefwNumber,pvefwService
syn match pvefwService /\a[[:alnum:]._+-]*/ contained
syn match pvefwICMPTypeValue /[^ \t#]\+/ contained contains=pvefwICMPType
syn keyword pvefwICMPType contained TOS-host-redirect TOS-host-unreachable TOS-network-redirect TOS-network-unreachable address-mask-reply address-mask-request address-unreachable any bad-header beyond-scope communication-prohibited destination-unreachable echo-reply echo-request failed-policy fragmentation-needed host-precedence-violation host-prohibited host-redirect host-unknown host-unreachable ip-header-bad neighbor-advertisement neighbor-solicitation neighbour-advertisement neighbour-solicitation network-prohibited network-redirect network-unknown network-unreachable no-route packet-too-big parameter-problem port-unreachable precedence-cutoff protocol-unreachable redirect reject-route required-option-missing router-advertisement router-solicitation source-quench source-route-failed time-exceeded timestamp-reply timestamp-request ttl-zero-during-reassembly ttl-zero-during-transit unknown-header-type unknown-option

syn cluster pvefwIP contains=pvefwIPv4,pvefwIPv6
syn cluster pvefwAddress contains=pvefwSet,pvefwAlias,pvefwIPv4,pvefwIPv6
syn match pvefwSet /+\%(\%(dc\|guest\|sdn\)\/\)\?\a[[:alnum:]_-]*/ contained contains=pvefwScope
syn match pvefwAlias /\<\%(\%(dc\|guest\)\/\)\?\a[[:alnum:]_-]\+/ contained contains=pvefwScope
syn match pvefwScope /\%(dc\|guest\|sdn\)\ze\// contained
syn match pvefwIPv4 /\d\{1,3}\%(\.\d\{1,3}\)\{3}\%(\/\d\+\)\?/ contained nextgroup=pvefwListMark
syn match pvefwIPv6 /\%(\%(\x\{1,4}\)\?:[[:xdigit:]:]*:\d\{1,3}\%(\.\d\{1,3}\)\{3}\|\%(\x\{1,4}\)\?:[[:xdigit:]:]*\)\%(\/\d\+\)\?/ contained nextgroup=pvefwListMark
syn match pvefwListMark /[,-]/ contained nextgroup=@pvefwIP

hi def link pvefwCommentLine Comment
hi def link pvefwComment Comment
hi def link pvefwDisabled Comment
hi def link pvefwNoComment Error
hi def link pvefwHeaderWord Statement
hi def link pvefwHeaderName Title
hi def link pvefwOption Identifier
hi def link pvefwPolicy Keyword
hi def link pvefwLevel Constant
hi def link pvefwHelper Constant
hi def link pvefwNumber Number
hi def link pvefwAliasName Identifier
hi def link pvefwNoMatch Operator
hi def link pvefwGroupRule Type
hi def link pvefwGroupName Title
hi def link pvefwDirection Type
hi def link pvefwMacro Function
hi def link pvefwAction Keyword
hi def link pvefwFlag Special
hi def link pvefwInterface Identifier
hi def link pvefwProtocol Constant
hi def link pvefwService Constant
hi def link pvefwICMPType Constant
hi def link pvefwSet Structure
hi def link pvefwAlias Identifier
hi def link pvefwScope StorageClass
hi def link pvefwIPv4 Number
hi def link pvefwIPv6 Number

let b:current_syntax = 'pvefw'
let &cpo = s:cpo
unlet s:cpo s:plain s:named s:any s:section s:start s:lines
