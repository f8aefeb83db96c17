use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::net::UdpSocket;

use crate::front::limits::{MAX_DATAGRAM_LENGTH, RECEIVE_BATCH};

/// Hands the sockets over to tokio.
pub(super) fn register(sockets: Vec<std::net::UdpSocket>) -> io::Result<Vec<Arc<UdpSocket>>> {
    let register = |socket: std::net::UdpSocket| {
        socket.set_nonblocking(true)?;
        UdpSocket::from_std(socket).map(Arc::new)
    };
    sockets.into_iter().map(register).collect()
}

/// Waits until one of the sockets has a datagram. Cancel-safe.
pub(super) async fn readable(sockets: &[Arc<UdpSocket>]) {
    let poll = |context: &mut Context<'_>| {
        // All are asked, so that each is registered to wake the task.
        let ready = sockets
            .iter()
            .filter(|socket| socket.poll_recv_ready(context).is_ready())
            .count();
        match ready {
            0 => Poll::Pending,
            _ => Poll::Ready(()),
        }
    };
    std::future::poll_fn(poll).await;
}

/// Hands `handle` what lies ready in one socket, at most [`RECEIVE_BATCH`] datagrams. Errors that a datagram sent
/// earlier has caused (Windows tells them here) are skipped. The buffer is on the stack, so that a thousand nodes do
/// not have one each.
pub(super) fn receive(socket: &UdpSocket, mut handle: impl FnMut(SocketAddr, &[u8])) {
    let mut buffer = [0; MAX_DATAGRAM_LENGTH];
    for _ in 0..RECEIVE_BATCH {
        match socket.try_recv_from(&mut buffer) {
            Ok((length, from)) => handle(from, buffer.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
            Err(_) => {}
        }
    }
}

/// Sends one datagram by the socket of its family. What the system does not take is lost, as on the way.
pub(super) async fn send(sockets: &[Arc<UdpSocket>], destination: SocketAddr, datagram: &[u8]) {
    for socket in sockets {
        if is_family_of(socket, destination) {
            let _ = socket.send_to(datagram, destination).await;
        }
    }
}

/// As [`send`], but gives back what would have to wait.
pub(super) fn try_send(
    sockets: &[Arc<UdpSocket>],
    destination: SocketAddr,
    datagram: &[u8],
) -> Poll<()> {
    for socket in sockets {
        if is_family_of(socket, destination)
            && let Err(error) = socket.try_send_to(datagram, destination)
            && error.kind() == io::ErrorKind::WouldBlock
        {
            return Poll::Pending;
        }
    }
    Poll::Ready(())
}

fn is_family_of(socket: &UdpSocket, destination: SocketAddr) -> bool {
    socket
        .local_addr()
        .is_ok_and(|address| address.is_ipv4() == destination.is_ipv4())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[tokio::test]
    async fn one_datagram_more_than_a_batch_waits_for_the_next() {
        let bind = || UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
        let (here, there) = (bind().await.unwrap(), bind().await.unwrap());
        let to = here.local_addr().unwrap();
        let count = 2 * RECEIVE_BATCH + 1;
        for number in 0..count {
            there.send_to(&[number as u8], to).await.unwrap();
        }
        let mut received = Vec::new();
        let mut batches = Vec::new();
        while received.len() < count {
            here.readable().await.unwrap();
            let before = received.len();
            receive(&here, |_, datagram| received.push(datagram[0]));
            batches.push(received.len() - before);
        }
        assert!(
            received
                .iter()
                .copied()
                .eq((0..count).map(|number| number as u8))
        );
        assert_eq!(batches.iter().max(), Some(&RECEIVE_BATCH), "{batches:?}");
    }
}
