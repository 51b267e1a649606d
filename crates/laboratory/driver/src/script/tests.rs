use exchange::{MadeFiles, mix::Mix, play};

use super::*;

#[test]
fn requests_that_are_sent_at_once_are_counted() {
    let post = b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc".as_slice();
    let get = b"GET / HTTP/1.1\r\n\r\n".as_slice();
    assert_eq!(count_requests(post), Ok(1));
    assert_eq!(count_requests(&[get, post, get].concat()), Ok(3));
    let chunked = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    assert_eq!(count_requests(&[chunked, get, chunked].concat()), Ok(3));
    assert_eq!(count_requests(&chunked[..chunked.len() - 1]), Err(Fault::ClosedEarly));
    assert_eq!(count_requests(b""), Err(Fault::Unanswered));
    assert_eq!(count_requests(&post[..post.len() - 1]), Err(Fault::ClosedEarly));
    assert_eq!(count_requests(b"nothing of the kind\r\n\r\n"), Err(Fault::Garbage));
}

#[test]
fn exchanges_are_played_with_the_statuses_that_are_right_from_a_place_of_each_threads_own() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../contract");
    let file = exchange::read(&contract, "validate.jsonl".as_ref(), &MadeFiles::new()).unwrap();
    let exchanges = file.exchanges;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("validate.lua");
    play::write(&exchanges, &Mix::new(&exchanges).unwrap(), &file).unwrap();
    let target = Target::parse("http://127.0.0.1:5000").unwrap();
    let script = Script { target: &target, file: Some(&file), arguments: &[], headers: &[] };
    let (_main, threads) = script.start(2).unwrap();
    let mut request = Request::default();
    let mut ask = |thread: &ThreadScript| {
        thread.request(&mut request).unwrap();
        let body = request.bytes.split(|&byte| byte == b'\n').next_back().unwrap();
        let at = exchanges.iter().position(|one| *one.request.body == *body).unwrap();
        assert!(exchanges[at].statuses().eq([request.expected.unwrap()]));
        at
    };
    let starts: Vec<usize> = threads.iter().map(&mut ask).collect();
    assert_ne!(starts[0], starts[1], "threads start in different places");
    for turn in 1..=exchanges.len() {
        assert_eq!(ask(&threads[0]), (starts[0] + turn) % exchanges.len());
    }
}
