//! What is done, in this order, each twice. Words in braces stand for accounts, files, and what a line before
//! named after an arrow, with its place in the object; `{n}` is 1 the first time and 2 when it is done again.

pub const SCENE: &str = "
ada: status
ada: account
ada: key new own-{n}
ada: key import wallet-{n} {keystore}
ada: key watch cold-{n} {bob}
ada: key list
ada: key show own-1
ada: key export own-1 {out}-{n}
ada: key rename cold-{n} old-{n}
ada: key default own-1
ada: key remove old-{n}
bob: fund {ada} 1
bob: send {ada} 0.1 -> sent /transactions/0/transaction
bob: tx {sent}
bob: forward 1s
ada: creator register ada-{n}
ada: creator show ada-1
ada: creator list
ada: creator handle ada-1
ada: creator claim
ada: creator cancel-claim
ada: creator profile ada-1 --uri https://{n}.example
ada: creator delegate ada-1 {eve} --price
ada: creator permissions ada-1 {eve}
ada: creator split ada-1 {ada}=60% {eve}=40%
ada: shop open ada-{n}
ada: shop publish ada-1 {file} --price 0.0{n} --tier 3 --title Song-{n}
ada: shop revise ada-1 0 {file} --title Song
ada: shop price ada-1 0 0.01
ada: shop item-tier ada-1 0 3
ada: shop tier ada-1 3 0.01
ada: shop retire ada-1 1
ada: shop relist ada-1 1
ada: shop give ada-1 0 {eve}
ada: shop show ada-1
ada: shop item ada-1 0
ada: shop owned ada-1 --account {eve}
ada: shop overview
bob: tip ada-1 0.01
bob: buy ada-1 1
bob: access ada-1 1
bob: buy ada-1 0 --blinded --tier 3
bob: shop reveal ada-1 0 -> proof /proofs/0/proof
ada: shop check ada-1 {proof}
ada: shop refund ada-1 1 {bob}
ada: shop payout ada-1
ada: shop refresh ada-1
ada: shop payout-deleted 1
gus: shop withdraw-fees
gus: shop pause 1h
gus: shop resume
bob: channel open {ada} 1
bob: channel give {eve} {gus} 0.5 --signer {bob}
bob: channel top-up {ada} 0.5
bob: channel pay {ada} 0.01 --content {file} -> voucher /voucher
bob: channel proof make {ada} --content {file} -> shown /proof
bob: pay http://127.0.0.1:1/ --max 0.01
ada: channel receive {voucher}
ada: channel best {bob}
ada: channel proof check {shown} --voucher {voucher}
bob: channel sync {ada} --voucher {voucher}
ada: channel claim
ada: channel agree {bob} 0.01 -> signature /signature, expires /expires
bob: channel close-together {ada} 0.01 {signature} {expires}
ada: channel close {bob}
bob: channel exit {ada}
bob: channel clear {ada}
ada: channel withdraw
bob: channel show {ada}
bob: channel account
bob: channel overview
bob: backup {backup}-{n}
bob: restore {backup}-{n}
gus: channel pause 1h
gus: channel resume
ada: pool address Wells --to {ada}=100
ada: pool create Wells-{n} --to {ada}=100 --least-sponsorship 0.1 -> pool /pool, number /number
bob: pool donate {pool} 0.1
bob: pool donate-many {pool} {eve}=0.1 {gus}=0.1
bob: pool sponsor {pool} 0.2 --per-donor 0.1 --until {soon}
bob: pool return-sponsorship {pool} 0
bob: pool grant {pool} 0.1
ada: pool take-in {pool}
ada: pool finalise {pool}
bob: pool refund {pool}
ada: pool payout {pool}
ada: pool explain {pool} 0 --note {file}
ada: pool news {pool} {file}
ada: pool offer-share {pool} {eve}
eve: pool accept-share {pool} {ada}
ada: pool withdraw {pool}
bob: pool forget {pool}
ada: pool show {pool}
ada: pool list
ada: pool create Ours-{n} --creator ada-1 --to {ada}=100 -> ours /number
ada: pool unlist {ours}
ada: pool factory
eve: round create spring-{n} --chosen +1h --opens +2h --closes +3h --divides +4h --minimum 0.01 --cap 10 --verifier {gus} -> round /round
eve: round enter spring-1 {number}
eve: round take-out spring-1 #{number}
eve: round enter spring-1 {number}
gus: round set-list spring-1 {list}
gus: round proofs {list}
bob: round sponsor spring-1 0.1
bob: round leave spring-1
bob: round sponsor spring-1 0.1
wait 3700000
eve: round strike-off spring-1 #{number} {file}
eve: round reinstate spring-1 #{number}
wait 3700000
bob: round donate spring-1 #{number} 0.1 --list {list}
wait 7500000
bob: round ask spring-1 #{number}
bob: round divide spring-1
bob: round pay spring-1 #{number}
bob: round take-back spring-1
bob: round forget spring-1 #{number}
gus: round free-lists spring-1
bob: round show spring-1
bob: round list
bob: stream open {ada} 1 --rate 0.01/h -> stream /stream
bob: stream top-up {stream} 0.1
bob: stream rate {stream} 0.02/h
bob: stream pause {stream}
bob: stream resume {stream}
ada: stream claim {stream}
ada: stream show {stream}
bob: stream stop {stream}
wait 3700000
bob: stream clear {stream}
bob: stream overview
gus: stream pause-deposits 1h
gus: stream resume-deposits
bob: book
bob: mine
bob: watch --from 1 --once
wait 90000000
ada: creator unsplit ada-1
ada: creator offer ada-2 {eve}
eve: creator accept ada-2
eve: creator release-handle ada-2
eve: creator claim-handle id:1 eve-{n}
wait 2700000000
eve: creator forget-handle id:1 ada-2
eve: creator release-handle id:1
eve: creator delete id:1
also bob: index --once
bob: index show
bob: index verify
bob: index rebuild
bob: index export {out}-index-{n}
eve: index import {out}-index-1
ada: gateway check {file}
ada: gateway publish {out}-none --creator ada-1 --url https://ada.example --to {out}-gateway
ada: gateway watchtower {file}
";
