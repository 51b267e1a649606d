use proptest::{collection::vec, prelude::*};

use super::*;

/// Reads a stream to its end in pieces of these sizes, discarding what may be discarded.
fn read(stream: &[u8], sizes: &[usize], expect: Expect) -> Result<(Done, usize), Fault> {
    let mut reader = Reader::default();
    reader.begin(expect);
    let (mut at, mut turn) = (0, 0);
    while at < stream.len() {
        let size = sizes[turn % sizes.len()].clamp(1, stream.len() - at);
        turn += 1;
        let discardable = reader.discardable().min(size);
        if discardable > 0 {
            at += discardable;
            if let Some(done) = reader.discarded(discardable) {
                return Ok((done, at));
            }
            continue;
        }
        let (used, done) = reader.feed(&stream[at..at + size])?;
        assert!(used <= size);
        at += used;
        if let Some(done) = done {
            return Ok((done, at));
        }
        assert_eq!(used, size, "bytes left lying without an end of the answer");
    }
    reader.finish().map(|done| (done, at))
}

fn whole(stream: &str) -> Result<(u16, bool, usize), Fault> {
    let read = |sizes: &[usize], keep| {
        read(stream.as_bytes(), sizes, Expect { keep, ..Expect::default() })
            .map(|(done, at)| (done.status, done.keep_alive, at))
    };
    let at_once = read(&[usize::MAX], false);
    for sizes in [&[1][..], &[2, 3]] {
        for keep in [false, true] {
            assert_eq!(read(sizes, keep), at_once, "in pieces of {sizes:?}");
        }
    }
    at_once
}

#[test]
fn an_answer_ends_where_its_framing_says() {
    let cases = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", false),
        ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", true),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\na;x=y\r\n0123456789\r\n0\r\nA: b\r\n\r\n",
            true,
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            true,
        ),
    ];
    for (stream, keep_alive) in cases {
        let (_, kept, at) = whole(stream).unwrap_or_else(|fault| panic!("{stream:?}: {fault}"));
        assert_eq!((kept, at), (keep_alive, stream.len()), "{stream:?}");
    }
}

#[test]
fn a_body_without_a_length_ends_with_the_stream() {
    assert_eq!(whole("HTTP/1.1 200 OK\r\n\r\nany"), Ok((200, false, 22)));
}

#[test]
fn what_comes_after_the_answer_is_left_alone() {
    let stream = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
    assert_eq!(whole(&format!("{stream}xHTTP/1.1")), Ok((200, true, stream.len() + 1)));
}

#[test]
fn an_answer_to_head_has_no_body() {
    let stream = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    let (done, at) = read(stream, &[7], Expect { head_only: true, ..Expect::default() }).unwrap();
    assert_eq!((done.status, at), (200, stream.len()));
}

#[test]
fn faults_have_names() {
    let cases = [
        ("", Fault::Unanswered),
        ("HTTP/1.1 200", Fault::ClosedEarly),
        ("SSH-2.0-OpenSSH\r\n", Fault::Garbage),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", Fault::Garbage),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", Fault::ClosedEarly),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", Fault::UnclearLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Fault::UnclearLength),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            Fault::UnclearLength,
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", Fault::BadChunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", Fault::BadChunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na", Fault::ClosedEarly),
    ];
    for (stream, fault) in cases {
        assert_eq!(whole(stream), Err(fault), "{stream:?}");
    }
}

#[test]
fn a_head_without_end_is_given_up() {
    let stream = format!("HTTP/1.1 200 OK\r\nA: {}", "x".repeat(40_000));
    assert_eq!(read(stream.as_bytes(), &[1000], Expect::default()), Err(Fault::HeadTooLong));
}

#[test]
fn an_answer_with_a_wrong_status_is_kept_whole() {
    let stream = b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nwhy?";
    for (status, kept) in [(500, false), (200, true)] {
        let mut reader = Reader::default();
        reader.begin(Expect { status: Some(status), ..Expect::default() });
        reader.feed(stream).unwrap();
        let expected = kept.then_some((&stream[..40], Some(&stream[40..])));
        assert_eq!(reader.kept(), expected);
    }
}

#[test]
fn a_body_that_is_known_is_compared_and_not_kept() {
    let body = |bytes: &[u8], size| {
        let mut reader = Reader::default();
        reader.begin(Expect { keep: true, body: Some(b"right"), ..Expect::default() });
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes.len());
        for piece in [head.as_bytes(), bytes].concat().chunks(size) {
            reader.feed(piece).unwrap();
        }
        reader.kept().unwrap().1.map(<[u8]>::to_vec)
    };
    for size in [1, 2, 100] {
        assert_eq!(body(b"right", size), None);
        for wrong in [&b"righ"[..], b"rights", b"wrong", b"rigHt", b""] {
            assert_eq!(body(wrong, size).unwrap(), wrong);
        }
        assert_eq!(body(&[b'x'; 10_000], size).unwrap().len(), 4096);
    }
}

/// Streams that look like answers, and such that do not.
fn streams() -> impl Strategy<Value = Vec<u8>> {
    let head = prop_oneof![
        Just("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"),
        Just("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Just("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Just("HTTP/1.0 404 No\r\n\r\n"),
        Just("HTTP/1.1 204 No\r\n\r\n"),
        Just(""),
    ];
    let piece = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b"5\r\nabcde\r\n".to_vec()),
        Just(b"0\r\n\r\n".to_vec()),
        Just(b"ffffffffffffffff\r\n".to_vec()),
        vec(any::<u8>(), 0..20),
    ];
    (head, vec(piece, 0..8)).prop_map(|(head, pieces)| {
        let mut stream = head.as_bytes().to_vec();
        stream.extend(pieces.concat());
        stream
    })
}

#[test]
fn of_a_body_without_end_only_the_beginning_is_kept_and_the_rest_is_discarded() {
    let mut reader = Reader::default();
    reader.begin(Expect { keep: true, most: 1000, ..Expect::default() });
    reader.feed(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    assert_eq!(reader.discardable(), 0);
    for _ in 0..100 {
        reader.feed(&[7; 300]).unwrap();
    }
    assert_eq!(reader.kept().unwrap().1, Some(&[7; 1000][..]));
    assert!(reader.discardable() > 0);
}

#[test]
fn what_differs_from_the_right_body_is_not_looked_at_further() {
    let mut reader = Reader::default();
    reader.begin(Expect { keep: true, body: Some(&[7; 10_000]), ..Expect::default() });
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n").unwrap();
    reader.feed(&[8; 5000]).unwrap();
    assert_eq!(reader.discardable(), 5000);
    assert_eq!(reader.discarded(5000).unwrap().status, 200);
    assert_eq!(reader.kept().unwrap().1, Some(&[8; 4096][..]));
}

proptest! {
    #[test]
    fn nothing_panics_and_the_pieces_do_not_matter(
        stream in streams(),
        sizes in vec(1_usize..9, 1..6),
        keep in any::<bool>(),
    ) {
        let expect = Expect { keep, ..Expect::default() };
        let in_pieces = read(&stream, &sizes, expect);
        prop_assert_eq!(in_pieces, read(&stream, &[usize::MAX], Expect::default()));
    }

    #[test]
    fn a_kept_body_is_what_was_sent(chunks in vec(vec(any::<u8>(), 1..50), 0..6), size in 1_usize..70) {
        let mut stream = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for chunk in &chunks {
            stream.extend(format!("{:x}\r\n", chunk.len()).bytes());
            stream.extend(chunk);
            stream.extend(b"\r\n");
        }
        stream.extend(b"0\r\n\r\n");
        let mut reader = Reader::default();
        reader.begin(Expect { keep: true, ..Expect::default() });
        for piece in stream.chunks(size) {
            reader.feed(piece).unwrap();
        }
        let (_, body) = reader.kept().unwrap();
        prop_assert_eq!(body.unwrap(), chunks.concat());
    }
}
