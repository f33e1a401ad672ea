{{- /*
The memory of a pod, with the formula of docs/operations.md (MemoryBound.java), as JSON: heapMib and limitMib. The
windows are those of the largest model family, in float32, because the chart does not know the checkpoint.
*/ -}}
{{- define "promptstream.memory" -}}
{{- $values := .Values -}}
{{- $mebi := 1048576 -}}
{{- $partitions := int64 $values.memory.partitions -}}
{{- $threads := include "promptstream.setting" (list $values 1 "num.stream.threads") | int64 -}}
{{- $fetched := include "promptstream.setting" (list $values 1048576 "main.consumer.max.partition.fetch.bytes" "consumer.max.partition.fetch.bytes" "max.partition.fetch.bytes") | int64 -}}
{{- $fetch := max $fetched (int64 $values.memory.maxMessageBytes) -}}
{{- $full := eq (include "promptstream.setting" (list $values "FACTORED" "promptstream.dense.format") | upper) "FULL" -}}
{{- $buffer := include "promptstream.setting" (list $values 33554432 "producer.buffer.memory" "buffer.memory") | int64 -}}
{{- $request := include "promptstream.setting" (list $values (ternary 8388608 2097152 $full) "producer.max.request.size" "max.request.size") | int64 -}}
{{- $headers := include "promptstream.setting" (list $values 100 "promptstream.max.headers") | int64 -}}
{{- $prompts := include "promptstream.setting" (list $values 128 "promptstream.lookahead.max.prompts") | int64 -}}
{{- $masks := include "promptstream.setting" (list $values 16 "promptstream.lookahead.max.masks") | int64 -}}
{{- $points := include "promptstream.setting" (list $values 1000 "promptstream.max.points") | int64 -}}
{{- $models := include "promptstream.setting" (list $values "" "promptstream.models") | splitList "," | len -}}
{{- /* A token is 256 floats, a mask 288 x 288, a dense embedding 72 x 72 with 16 channels and their bases or with 256. */ -}}
{{- $sparse := mul (max (mul 8 $prompts) (add $points 3)) 1024 -}}
{{- $dense := ternary (mul 256 72 72 4) (add (mul 16 72 72 4) (mul 17 256 4)) $full -}}
{{- $window := add $sparse (mul $masks (add (mul 288 288 4) $dense)) -}}
{{- $sessions := eq (include "promptstream.setting" (list $values "false" "promptstream.sessions") | lower) "true" -}}
{{- $sources := ternary (mul 2 $partitions) $partitions $sessions -}}
{{- $held := add (mul 96 $mebi) (mul 7 $sources $fetch) (mul $partitions $models $window) (mul $threads (add (mul 2 $buffer) (mul 6 $request))) -}}
{{- if $sessions -}}
{{- $cache := include "promptstream.setting" (list $values 10485760 "statestore.cache.max.bytes") | int64 -}}
{{- $state := include "promptstream.setting" (list $values 917504 "promptstream.session.max.bytes") | int64 -}}
{{- $held = add $held $cache (mul 6 $threads $state) -}}
{{- end -}}
{{- if $values.memory.untrustedHeaders -}}
{{- $held = add $held (mul 76 $fetch $sources) (mul $threads (div $buffer (add 256 (mul 2 $headers))) $headers 84) -}}
{{- end -}}
{{- $heap := div (add (div (mul 5 $held) 4) $mebi -1) $mebi -}}
{{- if $values.memory.heapMib -}}{{- $heap = int64 $values.memory.heapMib -}}{{- end -}}
{{- $besides := add (mul 512 $mebi) (mul $sources $fetch) (ternary (mul $partitions 16 $mebi) 0 $sessions) (mul $threads (add (mul 2 $request) (mul $models 64 $mebi))) -}}
{{- $resident := add (div (mul $heap 11) 10) (div $besides $mebi) 2 (int64 $values.memory.extraMib) -}}
{{- dict "heapMib" $heap "limitMib" $resident | toJson -}}
{{- end -}}
