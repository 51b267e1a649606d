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
fn the_projects_scripts_say_which_status_is_right() {
    let lua = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../lua");
    let target = Target::parse("http://127.0.0.1:5000").unwrap();
    let expected = |name: &str| {
        let file = lua.join(name);
        let script = Script { target: &target, file: Some(&file), arguments: &[], headers: &[] };
        let (_main, threads) = script.start(2).unwrap();
        let mut request = Request::default();
        let ask = |thread: &ThreadScript, request: &mut Request| {
            thread.request(request).unwrap();
            (request.bytes.clone(), request.expected.unwrap())
        };
        let first: Vec<_> = threads.iter().map(|thread| ask(thread, &mut request)).collect();
        let more = (0..400).map(|_| ask(&threads[0], &mut request).1).collect::<Vec<_>>();
        (first, more)
    };
    let (_, statuses) = expected("static.lua");
    assert!(statuses.iter().all(|&status| status == 200));
    let (first, statuses) = expected("validate.lua");
    assert_ne!(first[0].0, first[1].0, "threads start in different places");
    assert!(statuses.contains(&200) && statuses.contains(&422));
    let corpus = std::fs::read_to_string(lua.join("corpus.tsv")).unwrap();
    let body = first[0].0.split(|&byte| byte == b'\n').next_back().unwrap();
    let line = corpus.lines().find(|line| line.as_bytes().ends_with(body)).unwrap();
    assert!(line.starts_with(&first[0].1.to_string()), "{line}");
}
