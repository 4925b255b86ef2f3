// Playlists as strangers write them.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test from 'node:test';
import { isPlaylist, NotPaid, piecesOf, playlistAt } from '@farthing/http';

/** A server of playlists, by their paths; each is a text, or what makes one. */
async function serverOf(t, files) {
  const server = createServer(({ url }, response) => {
    const file = files[url];
    if (file === undefined) return void response.writeHead(404).end();
    response.end(typeof file === 'function' ? file() : file);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

async function all(url) {
  const found = [];
  for await (const { url: piece, range } of piecesOf(url, new AbortController().signal)) found.push([new URL(piece).pathname, range]);
  return found;
}

test('a playlist is told by its path', () => {
  assert.ok(isPlaylist('https://ada.example/song.m3u8?x=1'));
  assert.ok(!isPlaylist('https://ada.example/song.mp3?x=.m3u8'));
});

test('pieces come in order, with the head of an MP4 before them, and ranges go on where the last one ended', async (t) => {
  const url = await serverOf(t, {
    '/a/plain.m3u8': '#EXTM3U\n#EXTINF:2,\n0.mp3\n\n#EXTINF:2,\r\n/b/1.mp3?x=1\n#EXT-X-ENDLIST\n',
    '/mp4.m3u8': '#EXTM3U\n#EXT-X-MAP:URI="head.mp4",BYTERANGE="700@0"\n#EXT-X-BYTERANGE:100@700\n#EXTINF:1,\nall.m4s\n#EXT-X-BYTERANGE:50\n#EXTINF:1,\nall.m4s\n#EXT-X-ENDLIST\n',
    '/choice.m3u8': '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="opus"\nmp4.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nother.m3u8\n',
  });
  assert.deepEqual(await all(`${url}/a/plain.m3u8`), [['/a/0.mp3', null], ['/b/1.mp3', null]]);
  assert.equal((await playlistAt(`${url}/a/plain.m3u8`)).kind, 'audio/mpeg');
  const pieces = [['/head.mp4', 'bytes=0-699'], ['/all.m4s', 'bytes=700-799'], ['/all.m4s', 'bytes=800-849']];
  assert.deepEqual(await all(`${url}/mp4.m3u8`), pieces);
  assert.deepEqual(await all(`${url}/choice.m3u8`), pieces);
  assert.equal((await playlistAt(`${url}/mp4.m3u8`)).kind, 'audio/mp4; codecs="mp4a.40.2"');
  assert.equal((await playlistAt(`${url}/choice.m3u8`)).kind, 'audio/mp4; codecs="opus"');
});

test('of a broadcast, each piece comes once, until it ends', async (t) => {
  let asked = 0;
  const parts = [[3, [3, 4]], [4, [4, 5]], [5, [5, 6]]];
  const url = await serverOf(t, {
    '/live.m3u8': () => {
      const [first, pieces] = parts[Math.min(asked++, 2)];
      return `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:${first}\n${pieces.map((n) => `#EXTINF:1,\n${n}.aac\n`).join('')}${asked > 2 ? '#EXT-X-ENDLIST\n' : ''}`;
    },
  });
  assert.deepEqual((await all(`${url}/live.m3u8`)).map(([path]) => path), ['/3.aac', '/4.aac', '/5.aac', '/6.aac']);
});

test('what is no playlist, is locked or leads in a circle is none', async (t) => {
  const url = await serverOf(t, {
    '/text.m3u8': 'Once upon a time',
    '/empty.m3u8': '#EXTM3U\n#EXT-X-ENDLIST\n',
    '/locked.m3u8': '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="key"\n#EXTINF:1,\n0.mp3\n#EXT-X-ENDLIST\n',
    '/circle.m3u8': '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="opus"\ncircle.m3u8\n',
    '/other.m3u8': '#EXTM3U\n#EXTINF:1,\nhttps://other.example/0.mp3\n#EXT-X-ENDLIST\n',
    '/range.m3u8': '#EXTM3U\n#EXT-X-BYTERANGE:-5@x\n#EXTINF:1,\n0.mp3\n',
  });
  for (const name of ['text', 'empty', 'locked', 'circle', 'range', 'other', 'nothing']) await assert.rejects(playlistAt(`${url}/${name}.m3u8`), NotPaid, name);
});
