// A node of npm's bittorrent-dht on loopback: npm_dht.mjs HOST:PORT
// One command a line comes in, one line of JSON goes out: announce KEY PORT | lookup KEY | put TEXT | get KEY
import readline from 'node:readline'
import DHT from 'bittorrent-dht'

const dht = new DHT({ bootstrap: [process.argv[2]] })
const say = line => console.log(JSON.stringify(line))
const failed = error => say({ error: String(error) })

const commands = {
  announce (key, port) {
    dht.announce(key, Number(port), error => error ? failed(error) : say({ event: 'announced' }))
  },
  lookup (key) {
    const peers = new Set()
    const hear = (peer, hash) => { if (hash.toString('hex') === key) peers.add(`${peer.host}:${peer.port}`) }
    dht.on('peer', hear)
    dht.lookup(key, error => {
      dht.off('peer', hear)
      error ? failed(error) : say({ event: 'peers', peers: [...peers].sort() })
    })
  },
  put (text) {
    dht.put({ v: Buffer.from(text) }, (error, hash) => error ? failed(error) : say({ event: 'stored', key: hash.toString('hex') }))
  },
  get (key) {
    dht.get(key, (error, item) => error || !item ? failed(error ?? 'not found') : say({ event: 'value', value: item.v.toString() }))
  }
}

dht.on('error', failed)
dht.listen(0, '127.0.0.1')
dht.once('ready', async () => {
  say({ event: 'ready', nodes: dht.toJSON().nodes.length })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [command, ...words] = line.split(' ')
    commands[command](...words)
  }
  dht.destroy()
})
