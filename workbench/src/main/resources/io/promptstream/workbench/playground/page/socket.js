// The connection to the server: JSON messages in both directions, and a new connection if it breaks.

const RETRY_MILLIS = 1000;

/**
 * Connects the page.
 *
 * @param {string} session the session that the page belongs to
 * @param {(message: object) => void} onMessage gets each message of the server
 * @param {(open: boolean) => void} onState told when the connection opens or breaks
 * @returns {(message: object) => boolean} sends a message; false if there is no connection
 */
export function connect(session, onMessage, onState) {
  let socket;
  const open = () => {
    const url = new URL('stream', location.href);
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('session', session);
    socket = new WebSocket(url);
    socket.onopen = () => onState(true);
    socket.onmessage = (event) => onMessage(JSON.parse(event.data));
    socket.onclose = () => {
      onState(false);
      setTimeout(open, RETRY_MILLIS);
    };
  };
  open();
  return (message) => {
    if (socket.readyState !== WebSocket.OPEN) {
      return false;
    }
    socket.send(JSON.stringify(message));
    return true;
  };
}
