#!/bin/sh
# Tells nginx whom to ask for names: it reads neither /etc/resolv.conf nor its search list by itself.
set -eu
awk '
  /^nameserver/ && !server { server = $2 ~ /:/ ? "[" $2 "]" : $2 }
  /^search/ { for (i = 2; i <= NF; i++) if ($i ~ /^[^.]+\.svc\./ && !suffix) suffix = "." $i }
  END {
    printf "resolver %s valid=2s ipv6=off;\n", server
    printf "map \"\" $host_suffix { default \"%s\"; }\n", suffix
  }' /etc/resolv.conf > /tmp/resolver.conf
exec nginx -c /etc/ocop/proxy/nginx.conf -g 'daemon off;'
