//! The API as a whole: what stands in its document.

use std::collections::BTreeSet;

use crate::{addresses::Addresses, spec};

/// The operations of accounts, groups, posts and comments that the contract fixes, besides those of later features.
const OPERATIONS: &str = "
    acceptInvite approveJoinRequest banMember bookmarkPost changeMobile changePassword createComment
    createGroup createInvite createPost createReply deleteComment deleteGroup deletePost getComment getGroup
    getJoinRequest getJwks getMe getPost likeComment likePost listBans listComments listFeed
    listGroupCategories listGroupPosts listGroups listInvites listJoinRequests listMembers listMyBookmarks
    listMyGroups listMyJoinRequests listPostRevisions listPosts listReplies listSessions lockPost login
    loginWithCode logout markExcellent pinPost previewInvite refreshSession refuseJoinRequest register
    removeMember requestToJoin resetPassword restorePost revokeInvite revokeOtherSessions revokeSession
    sendCode transferGroup unbanMember unbookmarkPost unlikeComment unlikePost unlockPost unmarkExcellent
    unpinPost updateComment updateGroup updateMe updateMember updatePost withdrawJoinRequest";

#[test]
fn every_operation_of_the_contract_is_there_once() {
    let document = spec().unwrap();
    let ids: Vec<&str> = document.operations().filter_map(|(.., one)| one.operation_id.as_deref()).collect();
    let contract: BTreeSet<&str> = OPERATIONS.split_whitespace().collect();
    assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>(), contract);
    assert_eq!(ids.len(), contract.len());
}

#[test]
fn every_operation_says_what_it_does_to_whom_and_how_it_may_refuse() {
    let document = spec().unwrap();
    for (path, method, operation) in document.operations() {
        let name = format!("{method} {path}");
        assert!(operation.summary.as_ref().is_some_and(|text| text.len() > 4), "{name}: summary");
        assert!(operation.description.as_ref().is_some_and(|text| text.len() > 10), "{name}: description");
        assert_eq!(operation.tags.len(), 1, "{name}: tags");
        let open = operation.security.as_ref().unwrap().is_empty();
        let mut refusals = vec![400, 429, 500, 503];
        if !open {
            refusals.push(401);
        }
        if operation.request_body.is_some() {
            refusals.extend([413, 415, 422]);
        }
        for status in refusals {
            let code = openapiv3::StatusCode::Code(status);
            assert!(operation.responses.responses.contains_key(&code), "{name}: {status}");
        }
    }
}

#[test]
fn allow_names_what_an_address_takes_and_literal_segments_win() {
    let addresses = Addresses::of::<crate::Api>(&["/livez", "/docs/assets/:name"]);
    for (path, expected) in [
        ("/api/v1/groups", Some("GET, HEAD, OPTIONS, POST")),
        ("/api/v1/groups/categories", Some("GET, HEAD, OPTIONS")),
        ("/api/v1/groups/7", Some("DELETE, GET, HEAD, OPTIONS, PATCH")),
        ("/api/v1/groups/7/bans/8", Some("DELETE, OPTIONS, PUT")),
        ("/api/v1/groups/7/posts", Some("GET, HEAD, OPTIONS, POST")),
        ("/api/v1/posts/7", Some("DELETE, GET, HEAD, OPTIONS, PATCH")),
        ("/api/v1/posts/7/like", Some("DELETE, OPTIONS, PUT")),
        ("/api/v1/comments/7/replies", Some("GET, HEAD, OPTIONS, POST")),
        ("/api/v1/auth/login", Some("OPTIONS, POST")),
        ("/.well-known/jwks.json", Some("GET, HEAD, OPTIONS")),
        ("/livez", Some("GET, HEAD, OPTIONS")),
        ("/docs/assets/x.js", Some("GET, HEAD, OPTIONS")),
        ("/api/v1/groups/", None),
        ("/api/v1/nothing", None),
        ("/", None),
    ] {
        assert_eq!(addresses.allow(path).as_deref(), expected, "{path}");
    }
}
